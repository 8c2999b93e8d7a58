package integration_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// rotation is a connection whose bot secret changes.
type rotation struct {
	*talk
	door *door
}

func (c *rotation) listen(t *testing.T) {
	t.Helper()
	tokens, err := c.admin.ListTokens(c.ctx, &integrationv1.ListTokensRequest{Connection: c.conn})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.sim.SetCallback(c.keys.BotID, c.door.server.URL+"/"+tokens.GetTokens()[0].GetToken()); err != nil {
		t.Fatal(err)
	}
}

// signer delivers an event that is signed with this secret, and wants the status.
func (c *rotation) signer(t *testing.T, secret string) func(want int) {
	return func(want int) {
		t.Helper()
		body := fmt.Appendf(nil, `{"type":"message","source":{"userId":%q,"domainId":1},"issuedTime":"2026-11-24T00:00:00Z","content":{"type":"text","text":%q}}`,
			c.person.ID, uuid.NewString())
		d, err := c.sim.Deliver(t.Context(), c.keys.BotID, body, simulator.Options{Headers: map[string]string{"X-WORKS-Signature": signedWith(secret, body)}})
		if err != nil || d.Status() != want {
			t.Errorf("status %d, want %d, %v", d.Status(), want, err)
		}
	}
}

func (c *rotation) put(keys *integrationv1.Credentials, stage bool) error {
	_, err := c.admin.UpdateCredentials(c.ctx, &integrationv1.UpdateCredentialsRequest{Connection: c.conn, Credentials: keys, Stage: stage})
	return err
}

func (c *rotation) activated() error {
	_, err := c.admin.ActivateCredentials(c.ctx, &integrationv1.ActivateCredentialsRequest{Connection: c.conn})
	return err
}

func (c *rotation) rolledBack() error {
	_, err := c.admin.RollBackCredentials(c.ctx, &integrationv1.RollBackCredentialsRequest{Connection: c.conn})
	return err
}

// F49: the bot secret is re-issued at LINE WORKS at a random point of a change
// of keys. As long as neither set is retired, callbacks signed with either secret
// are accepted; after it only the new ones.
func TestF49TwoBotSecretsLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	door := newDoor(t, w)
	for range 4 {
		c := &rotation{talk: newTalk(t, w), door: door}
		c.listen(t)
		early := c.signer(t, c.keys.BotSecret)
		fresh := "re-issued-" + uuid.NewString()
		late := c.signer(t, fresh)
		next := inV2(c.keys)
		next.BotSecret = fresh
		steps := []func() error{
			func() error { return c.put(next, true) },
			c.activated, c.rolledBack, c.activated,
		}
		if rand.IntN(2) == 0 { // without staging
			steps = []func() error{func() error { return c.put(next, false) }}
		}
		moment := rand.IntN(len(steps))
		for i, step := range steps {
			if err := step(); err != nil {
				t.Fatal(err)
			}
			if i >= moment { // the platform signs with the new secret; older events are under way
				late(200)
			}
			early(200)
		}
		if _, err := c.admin.RetireCredentials(c.ctx, &integrationv1.RetireCredentialsRequest{Connection: c.conn}); err != nil {
			t.Fatal(err)
		}
		late(200)
		early(401)
	}
}

package integration_test

import (
	"fmt"
	"testing"
	"time"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/simulator"
)

// newRotation is a connection of a world whose clock the test moves.
func newRotation(t *testing.T) (*rotation, *hands) {
	t.Helper()
	clock := &hands{}
	w := newWorldAt(t, simulator.Config{Now: clock.now}, func(c *integration.Config) { c.Now = clock.now })
	c := &rotation{talk: newTalk(t, w), door: newDoor(t, w)}
	c.listen(t)
	return c, clock
}

func (c *rotation) reissued(secret string) *integrationv1.Credentials {
	keys := inV2(c.keys)
	keys.BotSecret = secret
	return keys
}

func (c *rotation) read(t *testing.T) *integrationv1.Credentials {
	t.Helper()
	out, err := c.admin.GetCredentials(c.ctx, &integrationv1.GetCredentialsRequest{Connection: c.conn})
	if err != nil {
		t.Fatal(err)
	}
	return out.GetCredentials()
}

func (c *rotation) retired(etag string) error {
	_, err := c.admin.RetireCredentials(c.ctx, &integrationv1.RetireCredentialsRequest{Connection: c.conn, Etag: etag})
	return err
}

// F49: the bot secret is issued four times within an hour. Events signed with
// each are accepted for 24 hours after it was replaced, and refused from then on.
func TestF49FourSecretsWithinAnHour(t *testing.T) {
	t.Parallel()
	c, clock := newRotation(t)
	const step = 20 * time.Minute
	signers := []func(int){c.signer(t, c.keys.BotSecret)}
	for n := range 3 {
		clock.pass(step)
		fresh := fmt.Sprint("re-issued-secret-", n)
		if err := c.put(c.reissued(fresh), n == 1); err != nil { // one of them staged and activated
			t.Fatal(err)
		}
		if n == 1 {
			if err := c.activated(); err != nil {
				t.Fatal(err)
			}
		}
		signers = append(signers, c.signer(t, fresh))
		for _, signed := range signers {
			signed(200)
		}
	}
	if got := c.read(t); len(got.GetFormer()) != 2 || got.GetFormer()[0].GetExpireTime() == nil || got.GetPrevious() == nil {
		t.Errorf("%v", got)
	}
	clock.pass(24*time.Hour - 2*step - time.Minute) // a minute before the end of the first
	for n, signed := range signers[:3] {
		for _, living := range signers[n:] {
			living(200)
		}
		clock.pass(2 * time.Minute)
		signed(401)
		clock.pass(step - 2*time.Minute)
	}
	signers[3](200)
	c.door.answers.Wait()
	c.stop()
	c.start(t) // which looks at once
	owner := c.db.Owner(t)
	eventually(t, "what is over is erased", func() bool {
		var rows int
		err := owner.QueryRow(t.Context(), `select count(*) from integration.credentials`).Scan(&rows)
		return err == nil && rows == 1
	})
}

// Nothing is pushed out: the change that does not fit is refused, and what the
// fault says makes room.
func TestTheChangeThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	c, _ := newRotation(t)
	first, second := c.signer(t, c.keys.BotSecret), c.signer(t, "secret-1")
	for n := range credential.Most - 1 {
		if err := c.put(c.reissued(fmt.Sprint("secret-", n+1)), false); err != nil {
			t.Fatal(err)
		}
	}
	full := c.read(t)
	if err := c.put(c.reissued("one-more"), false); reason(err) != "TOO_MANY_CREDENTIALS" {
		t.Errorf("%v", err)
	}
	first(200)
	second(200)
	oldest := full.GetFormer()[len(full.GetFormer())-1].GetEtag()
	if err := c.retired(full.GetEtag()); reason(err) != "ETAG_STALE" {
		t.Errorf("retired the current keys: %v", err)
	}
	if err := c.retired(oldest); err != nil {
		t.Fatal(err)
	}
	first(401)
	second(200)
	if err := c.put(c.reissued("one-more"), false); err != nil {
		t.Errorf("there is room: %v", err)
	}
	keys := c.endpoints(t, 0).GetEndpoints()[0].GetSigningKeys()
	rules := (&integrationv1.Endpoint{}).ProtoReflect().Descriptor().Fields().ByName("signing_keys").Options()
	most := proto.GetExtension(rules, validate.E_Field).(*validate.FieldRules).GetRepeated().GetMaxItems()
	if len(keys) != credential.Most || most != credential.Most {
		t.Errorf("%d signing keys; %d by the contract, %d by the rules", len(keys), most, credential.Most)
	}
}

// The use of former keys is written down for what the door needs, and people are
// answered by the current ones.
func TestFormerKeysOnlyVerify(t *testing.T) {
	t.Parallel()
	c, _ := newRotation(t)
	for n := range 3 {
		if err := c.put(c.reissued(fmt.Sprint("secret-", n)), false); err != nil {
			t.Fatal(err)
		}
	}
	c.signer(t, c.keys.BotSecret)(200)
	rows, err := c.db.Owner(t).Query(t.Context(), `select distinct u.purpose from integration.secret_use u
		join integration.credentials k on k.id = u.set_id where k.role = 'FORMER' and u.purpose <> 'ENTER'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var purposes []string
	for rows.Next() {
		var p string
		if err := rows.Scan(&p); err != nil {
			t.Fatal(err)
		}
		purposes = append(purposes, p)
	}
	if len(purposes) != 1 || purposes[0] != "SIGN_CALLBACKS" {
		t.Errorf("former keys were opened for %v", purposes)
	}
	eventually(t, "the answer, by the current keys", func() bool { return len(c.shown(t, c.person.ID, c.keys.BotID)) == 1 })
}

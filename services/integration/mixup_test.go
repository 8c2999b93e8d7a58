package integration_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// swapped are the keys with client id and client secret in each other's fields.
func swapped(in *integrationv1.Credentials) *integrationv1.Credentials {
	in.ClientId, in.ClientSecret = in.GetClientSecret(), in.GetClientId()
	return in
}

// No form tells a client id from a client secret: the first time LINE WORKS does,
// and what it does not know or cannot say is not held against anybody.
func TestCheckingAsksLineWorksWhetherKeysFit(t *testing.T) {
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	check := func(in *integrationv1.Credentials) map[string]string {
		_, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: in, ValidateOnly: true})
		if err != nil && reason(err) != "INVALID_ARGUMENT" {
			t.Error(err)
		}
		return fields(err)
	}
	stranger, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	account, private := inV2(keys), inV2(keys)
	account.ServiceAccount, private.PrivateKey = stranger.ServiceAccount, stranger.PrivateKey
	for name, c := range map[string]struct {
		in   *integrationv1.Credentials
		want map[string]string
	}{
		"right":           {inV2(keys), map[string]string{}},
		"swapped":         {swapped(inV2(keys)), map[string]string{"clientId": "REFUSED_BY_LINE_WORKS", "clientSecret": "REFUSED_BY_LINE_WORKS"}},
		"another account": {account, map[string]string{"serviceAccount": "REFUSED_BY_LINE_WORKS"}},
		"another key":     {private, map[string]string{"privateKey": "REFUSED_BY_LINE_WORKS"}},
	} {
		if d := cmp.Diff(c.want, check(c.in)); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
	w.sim.Fail(simulator.Fault{Class: simulator.ClassToken, Status: 503})
	if got := check(inV2(keys)); len(got) != 0 {
		t.Errorf("LINE WORKS is away: %v", got)
	}
}

// Once keys have worked, their secrets are refused in any other field. Before
// that they may themselves be the slip, which can be mended.
func TestSecretsThatWorkedAreRefusedInOtherFields(t *testing.T) {
	c := newTalk(t, newWorld(t))
	put := func(in *integrationv1.Credentials) map[string]string {
		_, err := c.admin.UpdateCredentials(c.ctx, &integrationv1.UpdateCredentialsRequest{Connection: c.conn, Credentials: in})
		if err != nil && reason(err) != "INVALID_ARGUMENT" {
			t.Error(err)
		}
		return fields(err)
	}
	for _, in := range []*integrationv1.Credentials{swapped(inV2(c.keys)), inV2(c.keys)} {
		if got := put(in); len(got) != 0 {
			t.Fatalf("nothing has worked yet: %v", got)
		}
	}
	c.say(t)
	c.arrived(t)
	want := map[string]string{"clientId": "OF_ANOTHER_FIELD", "clientSecret": "OF_ANOTHER_FIELD"}
	if d := cmp.Diff(want, put(swapped(inV2(c.keys)))); d != "" {
		t.Error(d)
	}
	if got := put(inV2(c.keys)); len(got) != 0 {
		t.Errorf("the right keys: %v", got)
	}
	c.unspoken(t, c.keys.ClientSecret, c.keys.ClientID)
}

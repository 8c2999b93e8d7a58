package integration_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	t.Parallel()
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

// entered stores keys while LINE WORKS cannot be asked whether it accepts them.
func (w *world) entered(ctx context.Context, t *testing.T, conn string, in *integrationv1.Credentials) *integrationv1.UpdateCredentialsResponse {
	t.Helper()
	w.sim.Fail(simulator.Fault{Class: simulator.ClassToken, Status: 503})
	defer w.sim.Heal(simulator.ClassToken)
	out, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: in})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// slips are the keys of new bots of both versions with a secret where an id
// belongs, and that secret.
func (w *world) slips(t *testing.T) map[string]struct {
	in     *integrationv1.Credentials
	secret string
	fields []string
} {
	t.Helper()
	client, api, consumer := w.freshKeys(t, false), w.freshKeys(t, true), w.freshKeys(t, true)
	out := map[string]struct {
		in     *integrationv1.Credentials
		secret string
		fields []string
	}{
		"client secret": {client, client.GetClientSecret(), []string{"clientId", "clientSecret"}},
		"API ID":        {api, api.GetApiId(), []string{"apiId", "authKey", "serverId"}},
		"consumer key":  {consumer, consumer.GetServerApiConsumerKey(), []string{"apiId", "authKey", "serverId"}},
	}
	swapped(client)
	api.ServerId, api.ApiId = api.GetApiId(), api.GetServerId()
	consumer.ServerId, consumer.ServerApiConsumerKey = consumer.GetServerApiConsumerKey(), consumer.GetServerId()
	return out
}

// Whoever stores keys without checking them first gets the same answer as who
// checks them: what LINE WORKS refuses is not stored.
func TestTheFirstKeysAreCheckedWhenTheyAreStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, slip := range w.slips(t) {
		ctx := as(t, uuid.NewString())
		conn := w.connection(ctx, t)
		for _, only := range []bool{true, false} {
			_, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: slip.in, ValidateOnly: only})
			if got := slices.Sorted(maps.Keys(fields(err))); !slices.Equal(got, slip.fields) || fields(err)[got[0]] != "REFUSED_BY_LINE_WORKS" {
				t.Errorf("%s, only checking %v: %v", name, only, err)
			}
		}
		if _, err := w.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: conn}); reason(err) != "CREDENTIALS_NOT_FOUND" {
			t.Errorf("%s is stored: %v", name, err)
		}
	}
}

// While LINE WORKS cannot be asked, keys are stored and nobody knows whether an id
// is one: no answer and no column has it, also when LINE WORKS refuses the keys
// afterwards. The answer says so.
func TestASecretInThePlaceOfAnIDIsNeverShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, slip := range w.slips(t) {
		tenant := uuid.NewString()
		conn := w.connection(as(t, tenant), t)
		stored := w.entered(inLanguage(t, tenant, "en"), t, conn, slip.in)
		if !strings.Contains(stored.GetCredentials().GetCheckMessage(), "could not be asked") || stored.GetCredentials().GetVerified() {
			t.Errorf("%s: %s", name, stored.GetMessage())
		}
		if _, err := w.admin.TestConnection(as(t, tenant), &integrationv1.TestConnectionRequest{Connection: conn}); err != nil {
			t.Fatal(err)
		}
		read, err := w.admin.GetCredentials(as(t, tenant), &integrationv1.GetCredentialsRequest{Connection: conn})
		if err != nil || read.GetCredentials().GetVerified() {
			t.Fatal(read, err)
		}
		prints := read.GetCredentials().GetFingerprints()
		if sum := sha256.Sum256([]byte(slip.secret)); prints.GetClientId()+prints.GetServerId() != hex.EncodeToString(sum[:8]) {
			t.Errorf("%s: %v", name, prints)
		}
		all := fmt.Sprint(stored, read, w.dump(t, "credentials", "credential_change", "audit_changes"), w.logs.String())
		if strings.Contains(all, slip.secret) {
			t.Errorf("%s is shown", name)
		}
	}
}

// Right keys that were stored without an answer show their ids once LINE WORKS has
// given a token for them: for a test of the connection, or for a message.
func TestIDsAreShownOnceTheyAreProven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, v1 := range []bool{false, true} {
		ctx := as(t, uuid.NewString())
		conn, keys := w.connection(ctx, t), w.freshKeys(t, v1)
		if out := w.entered(ctx, t, conn, keys).GetCredentials(); out.GetClientId()+out.GetServerId() != "" {
			t.Errorf("shown before: %v", out)
		}
		if _, err := w.admin.TestConnection(ctx, &integrationv1.TestConnectionRequest{Connection: conn}); err != nil {
			t.Fatal(err)
		}
		out, err := w.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: conn})
		if got := out.GetCredentials(); err != nil || !got.GetVerified() || got.GetClientId() != keys.GetClientId() || got.GetServerId() != keys.GetServerId() {
			t.Errorf("API 1.0 is %v: %v, %v", v1, out, err)
		}
	}
	c := newTalk(t, w)
	c.entered(c.ctx, t, c.conn, inV2(c.keys))
	c.say(t)
	c.arrived(t)
	out, err := w.admin.GetCredentials(c.ctx, &integrationv1.GetCredentialsRequest{Connection: c.conn})
	if got := out.GetCredentials(); err != nil || !got.GetVerified() || got.GetClientId() != c.keys.ClientID {
		t.Errorf("after a message: %v, %v", out, err)
	}
}

// Once keys have worked, their secrets are refused in any other field. Before
// that they may themselves be the slip, which can be mended.
func TestSecretsThatWorkedAreRefusedInOtherFields(t *testing.T) {
	t.Parallel()
	c := newTalk(t, newWorld(t))
	put := func(in *integrationv1.Credentials) map[string]string {
		_, err := c.admin.UpdateCredentials(c.ctx, &integrationv1.UpdateCredentialsRequest{Connection: c.conn, Credentials: in})
		if err != nil && reason(err) != "INVALID_ARGUMENT" {
			t.Error(err)
		}
		return fields(err)
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

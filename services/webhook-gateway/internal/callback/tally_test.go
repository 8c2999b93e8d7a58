package callback

import (
	"context"
	"crypto/sha256"
	"net/http"
	"testing"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// A callback counts when it is answered 200, and as a failure when the URL is
// ours and the signature or the bot is not. An unknown URL belongs to nobody.
func TestWhatTheDoorCounts(t *testing.T) {
	full := &shelf{put: func(context.Context, inbox.Delivery) error { return inbox.ErrOverloaded }}
	for name, c := range map[string]struct {
		store              Store
		change             func(*http.Request)
		accepted, unsigned int
	}{
		"accepted":      {&shelf{}, nil, 1, 0},
		"signature":     {&shelf{}, header("X-WORKS-Signature", sign("guess", body2A)), 0, 1},
		"bot":           {&shelf{}, header("X-WORKS-BotId", "2000002"), 0, 1},
		"unknown token": {&shelf{}, to(prefix + "dkt_other"), 0, 0},
		"not stored":    {full, nil, 0, 0},
		"no callback":   {&shelf{}, header("Content-Type", "text/plain"), 0, 0},
	} {
		h, counted := newHandler(t, c.store), &tally{}
		h.Tally = counted
		answer(h, knock(c.change))
		if len(counted.accepted) != c.accepted || len(counted.unsigned) != c.unsigned {
			t.Errorf("%s: %+v", name, counted)
		}
		for _, of := range append(counted.accepted, counted.unsigned...) {
			if of != connection {
				t.Errorf("%s: counted for %s", name, of)
			}
		}
	}
}

// What is counted names the key that signed by the fingerprint that administrators
// see, computed here with openssl, and not the secret.
func TestTheDoorTellsWhichKeySigned(t *testing.T) {
	var s shelf
	h, counted := newHandler(t, &s), &tally{}
	h.Tally = counted
	answer(h, knock(nil))
	if want := (Signer{Bot: "2000001", Fingerprint: "ae0f00f3909b2c06"}); len(counted.by) != 1 || counted.by[0] != want {
		t.Errorf("%+v, want %+v", counted.by, want)
	}
}

// The delivery names the token whose URL it came in by.
func TestADeliveryNamesItsToken(t *testing.T) {
	const id = "0195f000-0000-7000-8000-0000000000d1"
	var s shelf
	h := newHandler(t, &s)
	endpoint := Endpoint{Tenant: tenant, Connection: connection, Token: id, Keys: []Key{{event.V2, "2000001", secretV2}}}
	table := map[TokenHash]Endpoint{sha256.Sum256([]byte(token)): endpoint}
	if err := h.Table.Replace(2, table, now()); err != nil {
		t.Fatal(err)
	}
	if answer(h, knock(nil)); s.all()[0].Token != id {
		t.Errorf("%+v", s.all())
	}
	endpoint.Token = "x"
	table[sha256.Sum256([]byte(token))] = endpoint
	if err := h.Table.Replace(3, table, now()); err == nil {
		t.Error("an endpoint whose token's id cannot be")
	}
}

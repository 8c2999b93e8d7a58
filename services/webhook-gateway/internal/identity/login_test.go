package identity

import (
	"context"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

// oneAccount is a Store that knows one e-mail address.
type oneAccount struct{ Store }

func (oneAccount) AccountByEmail(_ context.Context, key string) (Account, string, error) {
	a := Account{ID: "a", Tenant: "t", Role: Administrator, State: Active, Password: true}
	switch key {
	case "known@example.com":
		return a, "the hash", nil
	case "deactivated@example.com":
		a.State = Deactivated
		return a, "the hash", nil
	case "invited@example.com":
		a.State, a.Password = Invited, false
		return a, "", nil
	}
	return Account{}, "", ErrNotFound
}

func (oneAccount) ChangeAttempts(_ context.Context, _ []byte, change func(Attempts) Attempts) error {
	change(Attempts{})
	return nil
}

// An unknown address must cost what a known one costs, or the time tells which
// addresses exist.
func TestAnUnknownAddressCostsAPasswordHash(t *testing.T) {
	for email, want := range map[string]string{
		"known@example.com": "the hash", "unknown@example.com": "the dummy", "deactivated@example.com": "the dummy", "invited@example.com": "the dummy",
	} {
		var verified []string
		d := &Desk{store: oneAccount{}, now: time.Now, dummy: "the dummy",
			verify: func(_ context.Context, encoded, _ string) (bool, error) {
				verified = append(verified, encoded)
				return false, nil
			}}
		_, err := d.LogIn(t.Context(), Credentials{Email: email, Password: "whatever it may be"})
		if !fault.HasReason(err, "CREDENTIALS_WRONG") || len(verified) != 1 || verified[0] != want {
			t.Errorf("%s: %v, verified %v", email, err, verified)
		}
	}
}

// An attempt for which there was no turn to hash says nothing of the password: it is given back at every counter.
func TestARefusedTurnIsNoWrongPassword(t *testing.T) {
	kept := counters{Store: oneAccount{}, rows: map[string]Attempts{}}
	d := &Desk{store: knownCounters{kept}, now: time.Now, verify: func(context.Context, string, string) (bool, error) { return false, tooMany(hashWait) }}
	for range 3 * perAddress.free {
		if _, err := d.LogIn(t.Context(), Credentials{Email: "known@example.com", Password: "whatever"}); !fault.HasReason(err, reasonTooMany) {
			t.Fatal(err)
		}
	}
	if len(kept.rows) != 3 {
		t.Errorf("%d counters", len(kept.rows))
	}
	for _, a := range kept.rows {
		if a.Failures != 0 {
			t.Errorf("%d wrong passwords are counted", a.Failures)
		}
	}
}

// knownCounters counts, and knows what oneAccount knows.
type knownCounters struct{ counters }

func (knownCounters) AccountByEmail(ctx context.Context, key string) (Account, string, error) {
	return oneAccount{}.AccountByEmail(ctx, key)
}

// Not even a dummy hash that happened to match lets an unknown address in.
func TestTheDummyHashOpensNothing(t *testing.T) {
	d := &Desk{store: oneAccount{}, now: time.Now, dummy: "the dummy",
		verify: func(context.Context, string, string) (bool, error) { return true, nil }}
	for _, email := range []string{"unknown@example.com", "deactivated@example.com", "invited@example.com"} {
		if _, err := d.LogIn(t.Context(), Credentials{Email: email, Password: "whatever"}); !fault.HasReason(err, "CREDENTIALS_WRONG") {
			t.Errorf("%s: %v", email, err)
		}
	}
}

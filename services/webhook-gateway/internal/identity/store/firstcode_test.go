package store_test

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/pquerna/otp/totp"
)

// openKeys seal nothing.
type openKeys struct{}

func (openKeys) Seal(_ seal.Context, plain []byte) ([]byte, error)  { return plain, nil }
func (openKeys) Open(_ seal.Context, sealed []byte) ([]byte, error) { return sealed, nil }

// Whoever has a session and no password cannot make the counter of wrong passwords
// forget by enrolling a second factor: its first code forgives no wrong attempt, and is
// none.
func TestAFirstCodeForgivesNothing(t *testing.T) {
	s, db, in, _ := open(t)
	const password, free = "a long and right password", 8 // wrong ones before somebody waits
	withPassword(t, s, db, password)
	desk, err := identity.NewDesk(t.Context(), s, openKeys{}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	by := identity.Actor{Tenant: in.Organization.ID, Kind: identity.ByAccount, ID: in.Account.ID, Session: in.Session.ID}
	secret, _, err := desk.EnrolTOTP(t.Context(), by, password)
	if err != nil {
		t.Fatal(err)
	}
	for range free - 1 {
		if _, _, err := desk.ConfirmTOTP(t.Context(), by, "no code"); !fault.HasReason(err, "TOTP_CODE_WRONG") {
			t.Fatal(err)
		}
	}
	code, err := totp.GenerateCode(secret, now)
	if err == nil {
		_, _, err = desk.ConfirmTOTP(t.Context(), by, code)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CREDENTIALS_WRONG", "TOO_MANY_ATTEMPTS"} { // the last free one, and what comes then
		if _, err := desk.LogIn(t.Context(), identity.Credentials{Email: in.Account.Email, Password: "a wrong one"}); !fault.HasReason(err, want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

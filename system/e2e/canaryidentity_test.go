package e2e

import (
	"crypto/rand"
	"encoding/base32"
	"net/http"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// invitation is a one-time link as it is told.
type invitation struct{ Secret, Link string }

// invited plants links and returns the secret of the last one, which counts.
func (a *aviary) invited(links ...invitation) (secret string) {
	a.t.Helper()
	for _, one := range links {
		secret = one.Secret
		if !strings.HasSuffix(one.Link, secret) || secret == "" {
			a.t.Fatal("the link ends otherwise than with its secret")
		}
		a.canaries.add("invitation", secret)
	}
	return secret
}

// invite plants the secrets of a second person: link, passwords, second factor
// and recovery codes, right ones and wrong ones.
func (a *aviary) invite() {
	var made struct {
		Account    struct{ Name string }
		Invitation invitation
	}
	person := map[string]string{"email": "it@canary.example", "name": "情シス", "role": "AUDITOR"}
	a.sent(http.MethodPost, "/v1/accounts", person, &made)
	var again invitation
	a.sent(http.MethodPost, "/v1/"+made.Account.Name+":invite", map[string]any{}, &again)
	link := a.invited(made.Invitation, again)
	first, next := a.plant("first password"), a.plant("next password")
	wrong := strings.ToLower(rand.Text())
	a.canaries.add("wrong invitation", wrong)
	a.refused(http.MethodPost, "/v1/invitations:accept", map[string]string{"secret": wrong, "password": first})
	for secret, password := range map[string]string{made.Invitation.Secret: first, link: first[len(first)-5:]} { // one that was replaced, and a short password
		a.refused(http.MethodPost, "/v1/invitations:accept", map[string]string{"secret": secret, "password": password})
	}
	a.sent(http.MethodPost, "/v1/invitations:accept", map[string]string{"secret": link, "password": first}, nil)
	a.refused(http.MethodPost, "/v1/invitations:accept", map[string]string{"secret": link, "password": first})

	admin := a.admin
	defer func() { a.admin = admin }()
	a.admin = adminapi.New(a.i.admin)
	a.sent(http.MethodPost, "/v1/session", map[string]string{"email": person["email"], "password": first}, nil)
	a.refused(http.MethodPost, "/v1/session:changePassword", map[string]string{"password": a.plant("wrong password"), "newPassword": next})
	a.sent(http.MethodPost, "/v1/session:changePassword", map[string]string{"password": first, "newPassword": next}, nil)
	a.useSecondFactor(person["email"], next)
}

func (a *aviary) useSecondFactor(email, password string) {
	var begun struct{ Secret, URI string }
	var done struct{ RecoveryCodes []string }
	a.refused(http.MethodPost, "/v1/session/totp", map[string]string{"password": a.plant("wrong password")})
	a.sent(http.MethodPost, "/v1/session/totp", map[string]string{"password": password}, &begun)
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(begun.Secret)
	if err != nil || len(raw) < 16 || !strings.Contains(begun.URI, begun.Secret) {
		a.t.Fatalf("a second factor of %d bytes, %v", len(raw), err)
	}
	a.canaries.add("TOTP secret", begun.Secret)
	a.canaries.add("TOTP secret", string(raw))
	wrong := strings.ToLower(rand.Text())[:12]
	a.canaries.add("one-time code", wrong)
	a.refused(http.MethodPost, "/v1/session/totp:confirm", map[string]string{"totpCode": wrong})
	now := time.Now()
	code := func(ahead time.Duration) string {
		shown, err := totp.GenerateCode(begun.Secret, now.Add(ahead))
		if err != nil {
			a.t.Fatal(err)
		}
		return shown
	}
	a.sent(http.MethodPost, "/v1/session/totp:confirm", map[string]string{"totpCode": code(0)}, &done)
	a.addAll(done.RecoveryCodes)
	with := func(recovery string) map[string]string {
		return map[string]string{"email": email, "password": password, "recoveryCode": recovery}
	}
	a.refused(http.MethodPost, "/v1/session", with(a.plant("wrong recovery code")))
	a.refused(http.MethodPost, "/v1/session:beginOpenIdLogin", map[string]string{"invitation": a.plant("wrong invitation")})
	a.refused(http.MethodPost, "/v1/session:finishOpenIdLogin", map[string]string{
		"state": rand.Text(), "code": a.plant("wrong OpenID code"), "totpCode": wrong, "recoveryCode": a.plant("wrong recovery code"),
	})
	a.sent(http.MethodPost, "/v1/session", with(done.RecoveryCodes[0]), nil)
	a.refused(http.MethodPost, "/v1/session/totp:renewRecoveryCodes", map[string]string{"password": password, "totpCode": wrong})
	renew := map[string]string{"password": password, "totpCode": code(30 * time.Second)}
	a.sent(http.MethodPost, "/v1/session/totp:renewRecoveryCodes", renew, &done)
	a.addAll(done.RecoveryCodes)
	a.refused(http.MethodPost, "/v1/session:prove", map[string]string{"password": a.plant("wrong password"), "totpCode": wrong})
	a.refused(http.MethodPost, "/v1/session:prove", map[string]string{"password": password, "recoveryCode": a.plant("wrong recovery code")})
	a.sent(http.MethodPost, "/v1/session:prove", map[string]string{"password": password, "recoveryCode": done.RecoveryCodes[0]}, nil)
	a.sent(http.MethodPost, "/v1/session/totp:remove", map[string]string{"password": password, "recoveryCode": done.RecoveryCodes[1]}, nil)
}

func (a *aviary) addAll(codes []string) {
	for _, code := range codes {
		a.canaries.add("recovery code", code)
	}
}

package admin

import (
	"context"
	"net/http"
	"slices"

	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/api"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/proto"
)

const (
	cookieSecure = "__Host-dakoku" // browsers take it over https only
	cookiePlain  = "dakoku"        // for http on this machine
	cookieLife   = 12 * 60 * 60    // seconds, as long as a session at most

	errandSuffix = "-openid" // of the cookie that binds a log-in at the provider to the browser
	errandLife   = 10 * 60   // seconds, as long as the provider may take
)

// cookieName is the one cookie that counts for a request. Everything that is
// not plain http within this machine uses the secure one: behind a proxy that
// ends TLS it works, over plain http browsers drop it.
func (v *visit) cookieName() string {
	if v.loopback {
		return cookiePlain
	}
	return cookieSecure
}

func (v *visit) cookie(value string, maxAge int) *http.Cookie {
	return v.cookieNamed(v.cookieName(), value, maxAge)
}

func (v *visit) cookieNamed(name, value string, maxAge int) *http.Cookie {
	c := &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if v.loopback {
		c.Secure = false
	}
	return c
}

// errandOf is the secret of the log-in at the provider that the browser began;
// empty for none.
func (v *visit) errandOf(r *http.Request) string {
	if cookies := r.CookiesNamed(v.cookieName() + errandSuffix); len(cookies) == 1 {
		return cookies[0].Value
	}
	return ""
}

// keepSession turns the secret of a new session, or of a log-in at the provider,
// which came as metadata, into the cookie, and takes the cookie away at its end.
func keepSession(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
	v := visitOf(ctx)
	if _, out := answer.(*identityv1.DeleteSessionResponse); out {
		http.SetCookie(w, v.cookie("", -1))
		return nil
	}
	if _, in := answer.(*identityv1.FinishOpenIdLoginResponse); in {
		http.SetCookie(w, v.cookieNamed(v.cookieName()+errandSuffix, "", -1))
	}
	metadata, ok := runtime.ServerMetadataFromContext(ctx)
	if secrets := metadata.HeaderMD.Get(api.IssuedSession); ok && len(secrets) == 1 && v.logsIn() {
		http.SetCookie(w, v.cookie(secrets[0], cookieLife))
	}
	_, begins := answer.(*identityv1.BeginOpenIdLoginResponse)
	if secrets := metadata.HeaderMD.Get(api.IssuedErrand); ok && len(secrets) == 1 && begins {
		http.SetCookie(w, v.cookieNamed(v.cookieName()+errandSuffix, secrets[0], errandLife))
	}
	return nil
}

// logsIn reports that the operation is one of identity that starts a session.
func (v *visit) logsIn() bool {
	return v.operation != nil && slices.Contains([]string{
		"IdentityService_SetUp", "IdentityService_CreateSession", "IdentityService_FinishOpenIdLogin", "IdentityService_ProveSession",
		"IdentityService_ChangePassword", "IdentityService_ConfirmTotp", "IdentityService_RemoveTotp", "IdentityService_UpdateAccount",
	}, v.operation.ID)
}

package admin

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"go.uber.org/zap"
)

// open are the requests that need no identity, since they make one.
func open(r *http.Request) bool {
	return r.Method == http.MethodPost &&
		slices.Contains([]string{
			"/v1/setup", "/v1/session", "/v1/invitations:accept", "/v1/session:beginOpenIdLogin", "/v1/session:finishOpenIdLogin",
		}, r.URL.Path)
}

// authenticate finds the caller by API key or session cookie and stops
// everybody else, whether the path exists or not.
func (e *Edge) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r.Context())
		caller, err := e.identify(r, v)
		known := err == nil
		if known {
			v.session = caller
		}
		switch {
		case open(r):
			v.errand = v.errandOf(r)
			// A log-in is made with the password alone; the session that the
			// browser had is replaced.
		case known:
			v.caller = &caller
			v.again = func(ctx context.Context) error {
				_, err := e.identify(r.WithContext(ctx), v)
				return err
			}
		default:
			e.unidentified(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// identify reads the Authorization header, or else the cookie.
func (e *Edge) identify(r *http.Request, v *visit) (identity.Caller, error) {
	if headers := r.Header.Values("Authorization"); len(headers) > 0 && !open(r) {
		scheme, key, _ := strings.Cut(headers[0], " ")
		if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") {
			return identity.Caller{}, identity.Unidentified()
		}
		return e.cfg.Authenticator.ByKey(r.Context(), strings.TrimSpace(key))
	}
	cookies := r.CookiesNamed(v.cookieName())
	if len(cookies) != 1 {
		return identity.Caller{}, identity.Unidentified()
	}
	return e.cfg.Authenticator.BySession(r.Context(), cookies[0].Value)
}

func (e *Edge) unidentified(w http.ResponseWriter, r *http.Request, err error) {
	v := visitOf(r.Context())
	if f, ok := fault.From(err); ok && f.Kind() == fault.Unauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, r, unauthenticated)
		return
	}
	level := zap.ErrorLevel
	if errors.Is(r.Context().Err(), context.Canceled) {
		level = zap.DebugLevel // who asked has left, so nobody could be looked up
	}
	e.cfg.Log.Log(level, "caller could not be looked up", zap.String("requestId", v.requestID), zap.Error(err))
	refuse(w, r, unavailable)
}

// forgetHeaders leaves of the request what the routes need. What comes from
// outside cannot become metadata of a call, choose a method or set a deadline.
func forgetHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clean := r.Clone(r.Context())
		clean.Header = http.Header{}
		if kind := r.Header.Get("Content-Type"); kind != "" {
			clean.Header.Set("Content-Type", kind)
		}
		clean.Host, clean.RemoteAddr, clean.Trailer = "", "", nil
		next.ServeHTTP(w, clean)
	})
}

package admin

import (
	"context"
	"net"
	"net/http"
	"strings"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"golang.org/x/text/language"
)

// visit is what the edge knows of one request. The middleware that learns
// something writes it here; nothing in it is believed because a client said so.
type visit struct {
	requestID string
	language  string // "ja" or "en"
	https     bool
	loopback  bool                // plain http from this machine to this machine
	address   string              // of the client; empty when not known
	agent     string              // what the browser calls itself
	caller    *identity.Caller    // nil while nobody is identified
	session   identity.Caller     // of the live session that the cookie names; the zero value is none
	errand    string              // secret of the log-in at the provider that the browser began
	list      []byte              // what the page tokens of the request belong to
	operation *contract.Operation // nil before the route is known
	// again finds out whether the caller may still come in, for answers that take long; nil while nobody is identified.
	again func(ctx context.Context) error
}

type visitKey struct{}

// visitOf returns the visit of a request; outside of one, an empty visit.
func visitOf(ctx context.Context) *visit {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{language: "ja"}
}

func (e *Edge) newVisit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{
			requestID: rpc.NewRequestID(),
			language:  Language(r),
			address:   clientAddress(r, e.cfg.TrustedProxies),
			agent:     agentName(r),
			https:     r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
		}
		v.loopback = !v.https && isLoopback(hostOf(r.RemoteAddr)) && isLoopback(hostOf(r.Host))
		w.Header().Set("X-Request-Id", v.requestID)
		ctx := context.WithValue(r.Context(), visitKey{}, v)
		next.ServeHTTP(w, r.WithContext(rpc.WithRequestID(ctx, v.requestID)))
	})
}

// Language is the language of an answer by Accept-Language: "en" or, by
// default, "ja".
func Language(r *http.Request) string {
	header := r.Header.Get("Accept-Language")
	if len(header) > 200 {
		return "ja"
	}
	matcher := language.NewMatcher([]language.Tag{language.Japanese, language.English})
	if _, at := language.MatchStrings(matcher, header); at == 1 {
		return "en"
	}
	return "ja"
}

func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return strings.Trim(address, "[]")
	}
	return host
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

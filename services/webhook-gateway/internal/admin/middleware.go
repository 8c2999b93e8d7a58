package admin

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"time"

	"go.uber.org/zap"
)

// middleware wraps what comes after it.
type middleware func(next http.Handler) http.Handler

// requestBudget leaves the server time to write the answer.
const requestBudget = 9 * time.Second

// everyRequest is what a request meets, in this order, wherever it goes.
func (e *Edge) everyRequest() []middleware {
	return []middleware{
		closeAfterChunks,
		e.compress, // outside of what answers after a panic, so that half an answer is never sent as a whole one
		e.newVisit,
		e.observe,
		e.securityHeaders,
		e.recoverPanic,
		e.refuseCrossOrigin,
		limitTime,
	}
}

// apiRequest is what a request below /v1 meets after that. Routing, the content
// type, the size and the form of the body come next, in Edge.rest: they are
// nobody's business who is not identified.
func (e *Edge) apiRequest() []middleware {
	return []middleware{
		neverStore,
		e.authenticate,
		forgetHeaders,
	}
}

func through(list []middleware, last http.Handler) http.Handler {
	for i := len(list) - 1; i >= 0; i-- {
		last = list[i](last)
	}
	return last
}

// route tells the API from the pages. Paths are taken literally: nothing is
// cleaned, redirected or tried with another method.
func (e *Edge) route(api http.Handler) http.Handler {
	inspect := through(e.apiRequest(), page(e.inspect))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case path == "/v1" || strings.HasPrefix(path, "/v1/"):
			api.ServeHTTP(w, r)
		case inspectionPath.MatchString(path):
			inspect.ServeHTTP(w, r)
		case path == "/openapi.json":
			page(e.openAPI).ServeHTTP(w, r)
		case path == "/docs":
			page(e.cfg.Reference.ServeHTTP).ServeHTTP(w, r)
		case e.cfg.Console.Serves(path):
			page(e.cfg.Console.ServeHTTP).ServeHTTP(w, r)
		default:
			e.nowhere(w, r)
		}
	})
}

// nowhere answers for a path that nothing is at: a person in a browser with a
// page in words, a program with JSON.
func (e *Edge) nowhere(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Accept, Sec-Fetch-Mode")
	if !navigates(r) {
		refuse(w, r, pathNotFound)
		return
	}
	w.Header().Set("Content-Security-Policy", screenPolicy)
	e.cfg.Console.Lost(w, r)
}

// navigates reports whether a browser wants to show what it asks for. One that
// says nothing of its mode, as old ones do, is known by the type that it wants.
func navigates(r *http.Request) bool {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	mode := r.Header.Get("Sec-Fetch-Mode")
	return reads && (mode == "" || mode == "navigate") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// page serves GET and HEAD only.
func page(serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, r, methodNotAllowed)
			return
		}
		serve(w, r)
	})
}

func (e *Edge) openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(e.cfg.OpenAPI) // a client that left is no trouble of ours
}

// Content security policies: strict for JSON; a page may load its own style
// sheet; a screen of the console may load its own files and ask this door.
const (
	policy       = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	noInjection  = "; require-trusted-types-for 'script'; trusted-types 'none'"
	pagePolicy   = policy + "; style-src 'self'" + noInjection
	screenPolicy = policy + "; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'" + noInjection
)

func (e *Edge) policyOf(path string) string {
	switch {
	case e.cfg.Console.IsPage(path):
		return screenPolicy
	case path == "/docs" || inspectionPath.MatchString(path):
		return pagePolicy
	}
	return policy
}

func (e *Edge) securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", e.policyOf(r.URL.Path))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if visitOf(r.Context()).https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// closeAfterChunks ends the connection behind a body in chunks. Such a request may
// also have carried a length, by which a proxy would see its end elsewhere; what
// follows on the connection is not read as a request.
func closeAfterChunks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

func neverStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// refuseCrossOrigin stops what a browser sends from a page of another origin.
// There are no exceptions: a request that changes nothing is a GET.
func (e *Edge) refuseCrossOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { refuse(w, r, crossOrigin) }))
	return guard.Handler(next)
}

func limitTime(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), budget(r))
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// recoverPanic answers INTERNAL; the value of the panic may hold parts of the
// request and is dropped.
func (e *Edge) recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer e.afterPanic(w, r)
		next.ServeHTTP(w, r)
	})
}

func (e *Edge) afterPanic(w http.ResponseWriter, r *http.Request) {
	switch recover() {
	case nil:
		return
	case http.ErrAbortHandler: // a download that was cut off on purpose
		panic(http.ErrAbortHandler) //nolint:forbidigo // the only way that net/http has to cut a connection
	}
	_, file, line, _ := runtime.Caller(2)
	e.cfg.Log.Error("panic", zap.String("requestId", visitOf(r.Context()).requestID),
		zap.String("file", file), zap.Int("line", line))
	refuse(w, r, internal)
}

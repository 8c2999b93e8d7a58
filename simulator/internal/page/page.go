// Package page holds the chat page: HTML, style sheets and scripts, embedded.
//
// It knows how to serve files with a strict content security policy. It refuses
// to know the world that the page shows; the scripts ask for it under /sim/.
package page

import (
	"embed"
	"net/http"
)

//go:embed index.html assets
var files embed.FS

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Index serves the page itself.
func Index() http.Handler {
	return guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "index.html")
	}))
}

// Assets serves style sheets and scripts under /assets/.
func Assets() http.Handler { return guard(http.FileServerFS(files)) }

func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

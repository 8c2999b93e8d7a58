// Package console is what a person sees at the admin door: for now one page
// that says where to go.
//
// It knows static pages in Japanese and English. It refuses to know any data:
// nothing it serves needs an identity.
package console

import (
	"embed"
	"net/http"
)

//go:embed index.ja.html index.en.html style.css
var files embed.FS

// Handler serves / in the language that the request asks for, and
// /assets/style.css for every page of the door.
func Handler(language func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, kind := "", "text/html; charset=utf-8"
		switch r.URL.Path {
		case "/":
			name = "index." + language(r) + ".html"
			w.Header().Set("Vary", "Accept-Language")
		case "/assets/style.css":
			name, kind = "style.css", "text/css; charset=utf-8"
		}
		content, err := files.ReadFile(name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(content) // a client that left is no trouble of ours
	})
}

// Package console serves what people see at the admin door: a single-page app
// on the REST API, and a page that says where to go when the program was built
// without it.
//
// It knows files, the addresses of screens, and that files whose names carry a
// hash never change. It refuses to know any data: nothing it serves needs an
// identity.
package console

import (
	"bytes"
	"context"
	"embed"
	"html"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

// The app is built into dist by `make console`; without that the directory
// holds nothing but the file that keeps it in the repository.
//
//go:embed index.ja.html index.en.html style.css all:dist
var embedded embed.FS

const (
	styleSheet = "/assets/style.css"
	appFiles   = "/assets/app/" // their names carry a hash of what is in them
	setupDone  = `<meta name="dakoku-setup" content="done"`
	setupOpen  = `<meta name="dakoku-setup" content="open"`
	openIDNone = `<meta name="dakoku-openid" content=""`
)

// screens are the first segments of the app's addresses; its router knows the
// rest.
var screens = []string{"login", "setup", "invitation", "openid", "today", "timesheets", "held", "corrections", "events", "settings", "profile"}

// Config is what the console stands on; everything but OpenID is required.
type Config struct {
	Language  func(*http.Request) string     // of the page that is shown without the app
	SetupOpen func(ctx context.Context) bool // whether the installation waits for its first administrator
	OpenID    string                         // what people call the OpenID provider; empty is none
}

// Console is the handler of the pages. Make it with New.
type Console struct {
	cfg   Config
	files fs.FS
	app   map[string]file // by path
}

// builtIn is compressed once a process, however many consoles there are.
var builtIn = sync.OnceValues(func() (map[string]file, error) { return pack(embedded, "dist") })

// New reads what was built in.
func New(cfg Config) (*Console, error) {
	app, err := builtIn()
	return &Console{cfg: cfg, files: embedded, app: app}, err
}

// Serves reports whether a path is one of the console's.
func (c *Console) Serves(at string) bool {
	_, isFile := c.app[at]
	return at == styleSheet || c.IsPage(at) || (isFile && at != "/index.html")
}

// IsPage reports whether a path shows a screen, which loads scripts and asks the API.
func (c *Console) IsPage(at string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(at, "/"), "/")
	return at == "/" || (c.built() && slices.Contains(screens, first))
}

func (c *Console) built() bool { return c.app["/index.html"].plain != nil }

// ServeHTTP answers a path that Serves reports.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := r.URL.Path
	switch found, isFile := c.app[at]; {
	case at == styleSheet:
		c.static(w, r, "style.css", http.StatusOK)
	case isFile && at != "/index.html":
		if strings.HasPrefix(at, appFiles) {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		found.write(w, r)
	case c.IsPage(at):
		c.page(w, r, http.StatusOK)
	default:
		http.NotFound(w, r)
	}
}

// Lost answers for an address that nothing is at: with the app, whose router
// knows no such screen and says so, in the language of its reader.
func (c *Console) Lost(w http.ResponseWriter, r *http.Request) { c.page(w, r, http.StatusNotFound) }

func (c *Console) page(w http.ResponseWriter, r *http.Request, status int) {
	if c.built() {
		c.appPage(w, r, status)
		return
	}
	w.Header().Add("Vary", "Accept-Language")
	c.static(w, r, "index."+c.cfg.Language(r)+".html", status)
}

// appPage is the one page of the app; it is asked for anew every time, so that a
// browser never keeps one whose files are gone.
func (c *Console) appPage(w http.ResponseWriter, r *http.Request, status int) {
	text := c.app["/index.html"].plain
	if c.cfg.SetupOpen(r.Context()) {
		text = bytes.Replace(text, []byte(setupDone), []byte(setupOpen), 1)
	}
	if c.cfg.OpenID != "" {
		named := `<meta name="dakoku-openid" content="` + html.EscapeString(c.cfg.OpenID) + `"`
		text = bytes.Replace(text, []byte(openIDNone), []byte(named), 1)
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that left is no trouble of ours
}

func (c *Console) static(w http.ResponseWriter, r *http.Request, name string, status int) {
	content, err := fs.ReadFile(c.files, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.WriteHeader(status)
	_, _ = w.Write(content) // a client that left is no trouble of ours
}

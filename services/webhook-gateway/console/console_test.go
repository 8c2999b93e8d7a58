package console

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const page = `<html><head><meta name="dakoku-setup" content="done" /><meta name="dakoku-openid" content="" /></head></html>`

// open makes a console on the given files of the app.
func open(t *testing.T, files map[string]string, waiting bool) *Console {
	t.Helper()
	all := fstest.MapFS{
		"dist/.gitkeep": {}, "style.css": {Data: []byte("a{}")},
		"index.ja.html": {Data: []byte("はじめに")}, "index.en.html": {Data: []byte("What to do first")},
	}
	for name, text := range files {
		all["dist/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	app, err := pack(all, "dist")
	if err != nil {
		t.Fatal(err)
	}
	return &Console{files: all, app: app, cfg: Config{
		Language:  func(r *http.Request) string { return r.Header.Get("Accept-Language") },
		SetupOpen: func(context.Context) bool { return waiting },
	}}
}

func get(c *Console, path string, headers ...string) *http.Response {
	return answer(c.ServeHTTP, path, headers...)
}

func answer(serve http.HandlerFunc, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	serve(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestScreensShowTheAppAndNothingElseDoes(t *testing.T) {
	c := open(t, map[string]string{"index.html": page, "assets/app/main-1.js": "1", "favicon.svg": "<svg/>"}, false)
	for _, path := range []string{"/", "/login", "/openid", "/settings/integrations/1/setup", "/timesheets/1/2026-11"} {
		if r := get(c, path); !c.Serves(path) || !c.IsPage(path) || text(t, r) != page || r.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %v", path, r)
		}
	}
	for _, path := range []string{"/index.html", "/.gitkeep", "/assets/app/gone.js", "/employees/1/timesheets/2026-11/inspection", "/docs", "/loginx", "/v1/session"} {
		if c.Serves(path) || get(c, path).StatusCode != http.StatusNotFound {
			t.Errorf("%s is served", path)
		}
	}
}

// Who follows a wrong address is shown the app, which says so; without the app the page that says where to go.
func TestAWrongAddressIsAnsweredInWords(t *testing.T) {
	with := open(t, map[string]string{"index.html": page}, false)
	if r := answer(with.Lost, "/nowhere"); r.StatusCode != http.StatusNotFound || text(t, r) != page || r.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%v", r)
	}
	for language, want := range map[string]string{"ja": "はじめに", "en": "What to do first"} {
		if r := answer(open(t, nil, false).Lost, "/nowhere", "Accept-Language", language); r.StatusCode != http.StatusNotFound || text(t, r) != want {
			t.Errorf("%s: %v", language, r)
		}
	}
}

// Somebody who reloads a screen, or follows a link to it, asks the door for it.
func TestEveryScreenOfTheRouterIsServed(t *testing.T) {
	router, err := os.ReadFile("../../../console/src/router.tsx")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, found := range regexp.MustCompile(`(?:open|screen)\("/([a-z]+)`).FindAllStringSubmatch(string(router), -1) {
		want = append(want, found[1])
	}
	slices.Sort(want)
	if want, got := slices.Compact(want), slices.Sorted(slices.Values(screens)); !slices.Equal(got, want) || len(want) < 5 {
		t.Errorf("the door serves %v, the router has %v", got, want)
	}
}

func TestThePageSaysWhetherSetUpIsOpen(t *testing.T) {
	if got := text(t, get(open(t, map[string]string{"index.html": page}, true), "/")); !strings.Contains(got, `content="open"`) {
		t.Error(got)
	}
}

// The log-in screen names the provider that there is, whatever it is called.
func TestThePageNamesTheOpenIDProvider(t *testing.T) {
	c := open(t, map[string]string{"index.html": page}, false)
	c.cfg.OpenID = `社内"><script>`
	if got := text(t, get(c, "/login")); !strings.Contains(got, `<meta name="dakoku-openid" content="社内&#34;&gt;&lt;script&gt;"`) {
		t.Error(got)
	}
}

func TestFilesOfTheAppAreCompressedAndKept(t *testing.T) {
	script := strings.Repeat("let a = 1;", 100)
	c := open(t, map[string]string{"index.html": page, "assets/app/main-1.js": script, "favicon.svg": "<svg/>"}, false)
	small := get(c, "/assets/app/main-1.js", "Accept-Encoding", "br, gzip")
	if small.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(small.Header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(small.Header.Get("Content-Type"), "text/javascript") {
		t.Fatal(small.Header)
	}
	unpacked, err := gzip.NewReader(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(unpacked); err != nil || string(content) != script {
		t.Fatal(err)
	}
	if plain := get(c, "/assets/app/main-1.js"); plain.Header.Get("Content-Encoding") != "" || text(t, plain) != script {
		t.Error("a client that reads no gzip got it")
	}
	if icon := get(c, "/favicon.svg", "Accept-Encoding", "gzip"); icon.Header.Get("Cache-Control") != "" || icon.Header.Get("Content-Encoding") != "" {
		t.Error(icon.Header)
	}
}

func TestWithoutTheAppThereIsAPageThatSaysWhereToGo(t *testing.T) {
	c := open(t, nil, false)
	if got := text(t, get(c, "/", "Accept-Language", "en")); got != "What to do first" || c.Serves("/login") || !c.Serves("/assets/style.css") {
		t.Error(got)
	}
	if got := text(t, get(c, "/", "Accept-Language", "ja")); got != "はじめに" {
		t.Error(got)
	}
}

// What a browser must have before it shows the first screen stays below 300 kB,
// compressed. Without the app there is nothing to count.
func TestTheFirstLoadIsSmall(t *testing.T) {
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, f := range c.app {
		if sum += len(f.small); f.small == nil {
			sum += len(f.plain)
		}
	}
	if sum > 300_000 {
		t.Errorf("all files of the app have %d bytes, compressed", sum)
	}
}

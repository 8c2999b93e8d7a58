package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// tap stands before a door and keeps every answer with its headers.
type tap struct {
	url      string
	name     string
	canaries *canaries
	mu       sync.Mutex
	kept     []place
}

func newTap(t *testing.T, c *canaries, name, target string) *tap {
	t.Helper()
	door := &tap{name: name, canaries: c}
	proxy := proxyTo(t, target)
	proxy.ModifyResponse = door.keep
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	door.url = server.URL
	return door
}

func proxyTo(t *testing.T, target string) *httputil.ReverseProxy {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
}

func (d *tap) keep(r *http.Response) error {
	body, err := replay(&r.Body)
	for _, cookie := range r.Cookies() {
		if cookie.Value != "" {
			d.canaries.add("session cookie", cookie.Value)
		}
	}
	var header bytes.Buffer
	_ = r.Header.Write(&header) // to memory
	d.mu.Lock()
	defer d.mu.Unlock()
	name := fmt.Sprintf("answer of the %s door: %s %s %d", d.name, r.Request.Method, r.Request.URL.Path, r.StatusCode)
	d.kept = append(d.kept, place{name, header.String() + string(body)})
	return err
}

// replay reads a body and puts it back.
func replay(body *io.ReadCloser) ([]byte, error) {
	raw, err := io.ReadAll(*body)
	_ = (*body).Close()
	*body = io.NopCloser(bytes.NewReader(raw))
	return raw, err
}

// mirror stands before LINE WORKS. It plants the tokens that are handed out and
// the assertions for which, and can be told to answer with all that it was sent.
type mirror struct {
	url      string
	canaries *canaries
	hits     atomic.Int64
	mu       sync.Mutex
	script   []int  // statuses to answer, the last one again and again
	part     string // of the path that the script is for
}

func newMirror(t *testing.T, c *canaries, target string) *mirror {
	t.Helper()
	m := &mirror{canaries: c}
	proxy := proxyTo(t, target)
	proxy.ModifyResponse = m.plant
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := m.next(r); status != 0 {
			m.echo(w, r, status)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

// plant notes the tokens of an answer.
func (m *mirror) plant(r *http.Response) error {
	body, err := replay(&r.Body)
	var answer struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if json.Unmarshal(body, &answer) == nil && answer.Access != "" {
		m.canaries.add("access token", answer.Access)
		if answer.Refresh != "" {
			m.canaries.add("refresh token", answer.Refresh)
		}
	}
	return err
}

// fail answers calls whose path contains part with these statuses; none heals.
func (m *mirror) fail(part string, statuses ...int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.script, m.part = statuses, part
}

func (m *mirror) next(r *http.Request) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.script) == 0 || !strings.Contains(r.URL.Path, m.part) {
		return 0
	}
	status := m.script[0]
	if len(m.script) > 1 {
		m.script = m.script[1:]
	}
	return status
}

// echo answers with everything that the call carries, in one of the ways that a
// careless server or proxy has.
func (m *mirror) echo(w http.ResponseWriter, r *http.Request, status int) {
	body, _ := replay(&r.Body)
	form, _ := url.ParseQuery(string(body))
	if jwt := form.Get("assertion"); jwt != "" {
		m.canaries.add("assertion", jwt[strings.LastIndex(jwt, ".")+1:])
	}
	words := []string{form.Get("client_secret"), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), r.Header.Get("consumerKey"), form.Get("assertion")}
	word := firstWord(words)
	whole := fmt.Sprintf("%s %s %v %s %v", r.Method, r.URL, r.Header, body, form)
	header := w.Header()
	header.Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="`+word+`"`)
	header.Set("X-RateLimit-Reset", word)
	header.Set("Location", "/elsewhere/"+word)
	n := m.hits.Add(1)
	answer, err := json.Marshal(map[string]any{
		"code": word, "description": whole, "error": word, "error_description": whole, "errorCode": word, "errorMessage": whole,
		"message": word, "access_token": []string{word}, "expires_in": whole, "scope": whole, "callbackUrl": whole,
	})
	if err != nil {
		panic(err)
	}
	switch n % 4 {
	case 1:
		header.Set("Content-Type", "text/html")
		answer = []byte("<html><body>" + html.EscapeString(whole) + "</body></html>")
	case 3:
		answer = []byte(whole)
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer) // who hung up hears nothing
}

func firstWord(words []string) string {
	for _, word := range words {
		if word != "" {
			return word
		}
	}
	return "none"
}

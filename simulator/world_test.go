package simulator_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

// clock is a clock that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bench is a simulator behind HTTP, with a demo company.
type bench struct {
	t     *testing.T
	sim   *simulator.Simulator
	demo  simulator.DemoWorld
	clock *clock
	url   string
}

func newBench(t *testing.T, change func(*simulator.Config)) *bench {
	t.Helper()
	b := &bench{t: t, clock: newClock()}
	config := simulator.Config{Now: b.clock.Now}
	if change != nil {
		change(&config)
	}
	b.sim = simulator.New(config)
	server := httptest.NewServer(b.sim.Handler())
	t.Cleanup(server.Close)
	b.url = server.URL
	demo, err := simulator.Demo(b.sim)
	if err != nil {
		t.Fatal(err)
	}
	b.demo = demo
	return b
}

// received is a callback as the product's end sees it.
type received struct {
	header http.Header
	body   []byte
}

// listen points the bot's callbacks at a server that answers with the status.
func (b *bench) listen(botID string, status int) *inbox {
	b.t.Helper()
	in := &inbox{status: status}
	server := httptest.NewServer(in)
	b.t.Cleanup(server.Close)
	if err := b.sim.SetCallback(botID, server.URL+"/callback"); err != nil {
		b.t.Fatal(err)
	}
	return in
}

type inbox struct {
	mu     sync.Mutex
	status int
	got    []received
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	i.mu.Lock()
	i.got = append(i.got, received{r.Header.Clone(), body})
	i.mu.Unlock()
	w.WriteHeader(i.status)
}

func (i *inbox) all() []received {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]received{}, i.got...)
}

// jwt signs claims with the bot's private key, by the words of RFC 7515.
func jwt(t *testing.T, keyPEM string, claims string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(keyPEM))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	input := encode([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + encode([]byte(claims))
	digest := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key.(*rsa.PrivateKey), crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + encode(signature)
}

func (b *bench) assertion() string {
	now := b.clock.Now().Unix()
	return jwt(b.t, b.demo.Bot.PrivateKey, fmt.Sprintf(`{"iss":%q,"sub":%q,"iat":%d,"exp":%d}`,
		b.demo.Bot.ClientID, b.demo.Bot.ServiceAccount, now, now+3600))
}

func (b *bench) form(scope string) url.Values {
	return url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {b.assertion()},
		"client_id": {b.demo.Bot.ClientID}, "client_secret": {b.demo.Bot.ClientSecret}, "scope": {scope},
	}
}

// tokenFor asks for an access token and fails the test without one.
func (b *bench) tokenFor(scope string) string {
	b.t.Helper()
	got := b.post("/oauth2/v2.0/token", "application/x-www-form-urlencoded", b.form(scope).Encode())
	if got.status != http.StatusOK {
		b.t.Fatalf("token: %d %v", got.status, got.body)
	}
	return got.body["access_token"].(string)
}

// reply is the answer to an API call.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
	err    error
}

func (b *bench) post(path, contentType, body string) reply {
	return b.do(http.MethodPost, path, http.Header{"Content-Type": {contentType}}, body)
}

func (b *bench) call(token, method, path, body string) reply {
	return b.do(method, path, http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}, body)
}

func (b *bench) do(method, path string, header http.Header, body string) reply {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	out := reply{status: response.StatusCode, header: response.Header, raw: string(raw), err: err}
	if len(bytes.TrimSpace(raw)) > 0 {
		if err := json.Unmarshal(raw, &out.body); err != nil {
			b.t.Logf("%s %s: not an object: %s", method, path, raw)
		}
	}
	return out
}

func (b *bench) say(post simulator.Post) simulator.Delivery {
	b.t.Helper()
	if post.User == "" {
		post.User = b.demo.People[0].ID
	}
	if post.Bot == "" {
		post.Bot = b.demo.Bot.BotID
	}
	delivery, err := b.sim.Say(context.Background(), post)
	if err != nil {
		b.t.Fatal(err)
	}
	return delivery
}

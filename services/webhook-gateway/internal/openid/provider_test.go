package openid_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/openid"
)

var secrets = openid.Secrets{State: "s", Nonce: "n", Verifier: "v"}

// clock is one that tests move.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time      { return time.Unix(c.at.Load(), 0) }
func (c *clock) add(d time.Duration) { c.at.Add(int64(d / time.Second)) }

// described is a provider that says of itself what the test changes.
func described(t *testing.T, change func(issuer string, m map[string]any)) (*openid.Provider, *clock, *atomic.Int64) {
	t.Helper()
	asked, c := &atomic.Int64{}, &clock{}
	var issuer string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		m := map[string]any{"issuer": issuer, "authorization_endpoint": issuer + "/a", "token_endpoint": issuer + "/t", "jwks_uri": issuer + "/k"}
		change(issuer, m)
		if m["elsewhere"] != nil {
			w.Header().Set("Location", m["elsewhere"].(string))
			w.WriteHeader(http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(m)
	}))
	t.Cleanup(server.Close)
	issuer = server.URL
	p, err := openid.New(openid.Config{Issuer: issuer, ClientID: "c", ClientSecret: "x", Redirect: "http://127.0.0.1/openid", Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	return p, c, asked
}

// What the provider says of itself is believed where it cannot lead elsewhere.
func TestAProviderThatDescribesItselfWrongly(t *testing.T) {
	for name, change := range map[string]func(string, map[string]any){
		"nothing":                func(string, map[string]any) {},
		"another issuer":         func(_ string, m map[string]any) { m["issuer"] = "https://evil.example" },
		"a slash more":           func(issuer string, m map[string]any) { m["issuer"] = issuer + "/" },
		"tokens over plain http": func(_ string, m map[string]any) { m["token_endpoint"] = "http://login.example.com/token" },
		"keys over plain http":   func(_ string, m map[string]any) { m["jwks_uri"] = "http://169.254.169.254/keys" },
		"no keys":                func(_ string, m map[string]any) { delete(m, "jwks_uri") },
		"a script":               func(_ string, m map[string]any) { m["authorization_endpoint"] = "javascript:alert(1)" },
		"a redirect":             func(issuer string, m map[string]any) { m["elsewhere"] = issuer + "/.well-known/openid-configuration" },
		"endless":                func(_ string, m map[string]any) { m["more"] = strings.Repeat("x", 1<<20) },
	} {
		p, _, asked := described(t, change)
		_, err := p.Address(t.Context(), secrets, false)
		if (err == nil) != (name == "nothing") || err != nil && !fault.HasReason(err, "OPENID_UNAVAILABLE") || asked.Load() != 1 {
			t.Errorf("%s: %v, asked %d times", name, err, asked.Load())
		}
	}
}

// A provider that fails is asked after one, two, four … seconds, at most a
// minute; what it said before holds meanwhile, and is asked for anew each hour.
func TestAProviderIsAskedSeldom(t *testing.T) {
	var away atomic.Bool
	p, c, asked := described(t, func(_ string, m map[string]any) {
		if away.Load() {
			delete(m, "jwks_uri")
		}
	})
	address := func() error { _, err := p.Address(t.Context(), secrets, false); return err }
	away.Store(true)
	c.add(time.Hour)
	for n, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		if err := address(); err == nil || asked.Load() != int64(n+1) {
			t.Fatalf("failure %d: %v, asked %d times", n, err, asked.Load())
		}
		c.add((pause - 1) * time.Second)
		if err := address(); err == nil || asked.Load() != int64(n+1) {
			t.Fatalf("too soon after failure %d: %v, asked %d times", n, err, asked.Load())
		}
		c.add(time.Second)
	}
	away.Store(false)
	if err := address(); err != nil || asked.Load() != 9 {
		t.Fatalf("%v, asked %d times", err, asked.Load())
	}
	away.Store(true)
	c.add(time.Hour - time.Second)
	if err := address(); err != nil || asked.Load() != 9 {
		t.Errorf("within the hour: %v, asked %d times", err, asked.Load())
	}
	c.add(time.Second)
	if err := address(); err != nil || asked.Load() != 10 {
		t.Errorf("what it said before does not outlive a failure: %v, asked %d times", err, asked.Load())
	}
}

// The browser that comes back brings the issuer where the provider says it will.
func TestAProviderThatNamesItself(t *testing.T) {
	p, _, asked := described(t, func(_ string, m map[string]any) { m["authorization_response_iss_parameter_supported"] = true })
	for _, from := range []string{"", "https://evil.example"} {
		if _, err := p.Redeem(t.Context(), "code", from, secrets, time.Time{}); !fault.HasReason(err, "OPENID_REFUSED") || asked.Load() != 1 {
			t.Errorf("%q: %v, asked %d times", from, err, asked.Load())
		}
	}
}

func TestWhatCannotBeAProvider(t *testing.T) {
	for want, c := range map[string]openid.Config{
		"missing":                       {Issuer: "https://login.example.com", ClientID: "c"},
		"one of them":                   {Issuer: "https://login.example.com", ClientSecret: "x"},
		"belong together":               {ClientID: "c", ClientSecret: "x"},
		`"http://login.example.com"`:    {Issuer: "http://login.example.com", ClientID: "c", ClientSecret: "x"},
		`"login.example.com"`:           {Issuer: "login.example.com", ClientID: "c", ClientSecret: "x"},
		`"https://a.example?x=1"`:       {Issuer: "https://a.example?x=1", ClientID: "c", ClientSecret: "x"},
		`"https://a.example#x"`:         {Issuer: "https://a.example#x", ClientID: "c", ClientSecret: "x"},
		`"https://someone@a.example"`:   {Issuer: "https://someone@a.example", ClientID: "c", ClientSecret: "x"},
		"Redirect and Now are required": {Issuer: "https://a.example", ClientID: "c", ClientSecret: "x"},
	} {
		if _, err := openid.New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

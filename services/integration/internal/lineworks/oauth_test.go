package lineworks

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAssertionIsSignedAsOthersCheckIt lets openssl judge the signature.
func TestAssertionIsSignedAsOthersCheckIt(t *testing.T) {
	client, _ := far(t, nil)
	client.now = func() time.Time { return time.Unix(1795392000, 900_000_000) }
	for name, set := range map[string]struct{ token, claims string }{
		"2.0": {must(client.assertion(setV2(t))), `{"exp":1795392600,"iat":1795392000,"iss":"client","sub":"a.serviceaccount@x"}`},
		"1.0": {must(client.assertion(setV1(t))), `{"exp":1795392600,"iat":1795392000,"iss":"sid"}`},
	} {
		t.Run(name, func(t *testing.T) {
			parts := strings.Split(set.token, ".")
			if len(parts) != 3 || strings.ContainsAny(set.token, "=+/") {
				t.Fatalf("not an unpadded JWT of three parts")
			}
			if got := decoded(t, parts[1]); got != set.claims {
				t.Errorf("claims %s", got)
			}
			var head map[string]string
			if err := json.Unmarshal([]byte(decoded(t, parts[0])), &head); err != nil || head["alg"] != "RS256" || head["typ"] != "JWT" || len(head) != 2 {
				t.Errorf("header %v", head)
			}
			opensslVerify(t, parts[0]+"."+parts[1], []byte(decoded(t, parts[2])))
		})
	}
}

func must(token string, err error) string {
	if err != nil {
		return err.Error()
	}
	return token
}

func decoded(t *testing.T, part string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func opensslVerify(t *testing.T, signed string, signature []byte) {
	t.Helper()
	key, err := testKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, raw := range map[string][]byte{
		"pub.pem": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), "sig": signature, "text": []byte(signed),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), "openssl", "dgst", "-sha256", "-verify", filepath.Join(dir, "pub.pem"),
		"-signature", filepath.Join(dir, "sig"), filepath.Join(dir, "text")).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Verified OK") {
		t.Errorf("openssl: %v %s", err, out)
	}
}

func TestTokenRequests(t *testing.T) {
	var path string
	var form url.Values
	client, _ := far(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		path, form = r.URL.Path, r.PostForm
		_, _ = io.WriteString(w, `{"access_token":"AT","expires_in":"3600"}`)
	})
	got, err := client.Token(t.Context(), setV2(t))
	if err != nil || got.Access.Reveal() != "AT" || got.Life != time.Hour {
		t.Fatalf("%v, %v", got.Life, err)
	}
	if path != "/oauth2/v2.0/token" || form.Get("grant_type") != grantType || form.Get("client_secret") != "cs&=+" || form.Get("scope") != strings.Join(RunScopes(), " ") {
		t.Errorf("2.0: %s %d members", path, len(form))
	}
	if _, err := client.Token(t.Context(), setV1(t)); err != nil {
		t.Fatal(err)
	}
	if path != "/b/jpAPIID/server/token" || form.Has("client_secret") || form.Get("assertion") == "" {
		t.Errorf("1.0: %s", path)
	}
}

func TestLife(t *testing.T) {
	for raw, want := range map[string]time.Duration{
		`"86400"`: 24 * time.Hour, `3600`: time.Hour, `"3600.5"`: time.Hour, `1e3`: 1000 * time.Second,
		`"9999999"`: 24 * time.Hour, `""`: time.Hour, `null`: time.Hour, `-5`: time.Hour, `"NaN"`: time.Hour, ``: time.Hour, `{}`: time.Hour,
	} {
		if got := life(json.RawMessage(raw)); got != want {
			t.Errorf("%s: %v, want %v", raw, got, want)
		}
	}
}

func TestRefusedKeys(t *testing.T) {
	for status, body := range map[int]string{400: `{"error":"invalid_grant"}`, 401: `{"error":"invalid_client"}`, 403: `{"code":"FORBIDDEN"}`} {
		client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
		_, err := client.Token(t.Context(), setV2(t))
		if f := FailureOf(err); f.Class != Unauthorized || !f.Keys {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// What something in between refuses says nothing of keys, and breaks no connection: LINE
// WORKS says in a code of its own what is wrong with them.
func TestARefusalWithoutACodeIsNotOfTheKeys(t *testing.T) {
	for status, keys := range map[int]bool{400: true, 401: true, 403: false, 404: false, 405: false, 451: false} {
		for _, body := range []string{``, `access denied`, `{"message":"forbidden"}`} {
			client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			})
			_, err := client.Token(t.Context(), setV2(t))
			if f := FailureOf(err); f.Keys != keys || (f.Class == Temporary) == keys {
				t.Errorf("%d %s: %v", status, body, err)
			}
		}
	}
}

// A far side whose clock is an hour ahead refuses an assertion of our time.
func TestAssertionFollowsTheFarClock(t *testing.T) {
	theirs := time.Now().Add(time.Hour)
	calls := 0
	client, _ := far(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		w.Header().Set("Date", theirs.UTC().Format(http.TimeFormat))
		var claims struct{ Iat, Exp int64 }
		raw, err := base64.RawURLEncoding.DecodeString(strings.Split(r.PostFormValue("assertion"), ".")[1])
		if err != nil || json.Unmarshal(raw, &claims) != nil || claims.Exp < theirs.Unix() || claims.Iat > theirs.Unix()+2 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprint(w, `{"access_token":"AT","expires_in":60}`)
	})
	for want := 2; want <= 3; want++ {
		if _, err := client.Token(t.Context(), setV2(t)); err != nil || calls != want {
			t.Fatalf("%d calls, want %d: %v", calls, want, err)
		}
	}
}

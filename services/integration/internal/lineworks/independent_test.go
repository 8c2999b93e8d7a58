package lineworks

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// tools is where make puts npm packages.
var tools = filepath.Join("..", "..", "..", "..", "tools")

// tokenRequest is what a token endpoint sees of our client.
type tokenRequest struct{ path, kind, body string }

// seen are a request and the judgement of another implementation.
type seen struct {
	Form            map[string]string
	Repeated        bool
	Payload         map[string]any
	ProtectedHeader map[string]any
	Again           bool // Node's crypto accepts the signature, too
	Strange         bool // another key is accepted
}

// The vector of the protocol reference: claims in one token of one hour.
const (
	vectorHeader = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9"
	vectorClaims = "eyJpc3MiOiJleGFtcGxlQ2xpZW50SWQwMSIsInN1YiI6ImFiYzEyLnNlcnZpY2VhY2NvdW50QGV4YW1wbGUuY28uanAiLCJpYXQiOjE3OTUzOTIwMDAsImV4cCI6MTc5NTM5NTYwMH0"
	vectorTime   = 1795392000
)

// TestAnIndependentClientReadsOurTokenRequests gives the raw request of our
// client to the npm package jose, to Node's crypto and to openssl.
func TestAnIndependentClientReadsOurTokenRequests(t *testing.T) {
	v2, v1 := setV2(t), setV1(t)
	v2.ClientID, v2.ServiceAccount, v2.ClientSecret = "exampleClientId01", "abc12.serviceaccount@example.co.jp", "a+b &=%/秘 ~*"
	for name, c := range map[string]struct {
		set               credential.Set
		path              string
		form              map[string]string // without the assertion
		issuer, subject   string
		claimsOfAssertion []string
	}{
		"API 2.0": {v2, "/oauth2/v2.0/token", map[string]string{
			"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "client_id": "exampleClientId01",
			"client_secret": "a+b &=%/秘 ~*", "scope": "bot.message user.email.read",
		}, "exampleClientId01", "abc12.serviceaccount@example.co.jp", []string{"exp", "iat", "iss", "sub"}},
		"API 1.0": {v1, "/b/jpAPIID/server/token", map[string]string{
			"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
		}, "sid", "", []string{"exp", "iat", "iss"}},
	} {
		t.Run(name, func(t *testing.T) {
			request := captured(t, c.set)
			if request.path != c.path || request.kind != "application/x-www-form-urlencoded; charset=UTF-8" {
				t.Errorf("%s as %s", request.path, request.kind)
			}
			if !regexp.MustCompile(`^[A-Za-z0-9%=&+._~*-]+$`).MatchString(request.body) {
				t.Error("the form has characters that are not percent-encoded")
			}
			got := judged(t, request, c.issuer, c.subject)
			assertion := got.Form["assertion"]
			delete(got.Form, "assertion")
			if d := cmp.Diff(c.form, got.Form); d != "" || got.Repeated {
				t.Errorf("form:\n%s", d)
			}
			if !got.Again || got.Strange {
				t.Errorf("Node's crypto: %t; another key: %t", got.Again, got.Strange)
			}
			if d := cmp.Diff(map[string]any{"alg": "RS256", "typ": "JWT"}, got.ProtectedHeader); d != "" {
				t.Errorf("header:\n%s", d)
			}
			parts := strings.Split(assertion, ".")
			if strings.ContainsAny(assertion, "=+/") || len(parts) != 3 || parts[0] != vectorHeader {
				t.Error("not three parts of unpadded base64url with the header of the vector")
			}
			times := regexp.MustCompile(`^\{"exp":[0-9]+,"iat":[0-9]+,"iss":"`)
			if claims := decoded(t, parts[1]); !times.MatchString(claims) || len(got.Payload) != len(c.claimsOfAssertion) {
				t.Errorf("times are not integers, or claims are missing: %s", claims)
			}
			if life := got.Payload["exp"].(float64) - got.Payload["iat"].(float64); life <= 0 || life > 3600 {
				t.Errorf("it lives %v seconds", life)
			}
			opensslVerify(t, parts[0]+"."+parts[1], []byte(decoded(t, parts[2])))
			if c.set.Version == credential.V2 {
				likeTheVector(t, got.Payload)
			}
		})
	}
}

// likeTheVector wants the claims of the vector; only the end may come earlier.
func likeTheVector(t *testing.T, payload map[string]any) {
	t.Helper()
	var want map[string]any
	raw, err := base64.RawURLEncoding.DecodeString(vectorClaims)
	if err != nil || json.Unmarshal(raw, &want) != nil {
		t.Fatal("the vector cannot be read")
	}
	if payload["exp"].(float64) > want["exp"].(float64) {
		t.Error("the assertion outlives the vector")
	}
	want["exp"] = payload["exp"]
	if d := cmp.Diff(want, payload); d != "" {
		t.Errorf("claims:\n%s", d)
	}
}

// captured lets our client ask for a token and keeps the bytes of its request.
func captured(t *testing.T, set credential.Set) tokenRequest {
	t.Helper()
	var out tokenRequest
	client, _ := far(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		out = tokenRequest{r.URL.Path, r.Header.Get("Content-Type"), string(body)}
		_, _ = io.WriteString(w, `{"access_token":"AT","expires_in":"3600"}`)
	})
	client.now = func() time.Time { return time.Unix(vectorTime, 999_000_000) }
	if _, err := client.Token(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	return out
}

// judged runs the other implementation.
func judged(t *testing.T, r tokenRequest, issuer, subject string) seen {
	t.Helper()
	if _, err := os.Stat(filepath.Join(tools, "node_modules", "jose")); err != nil {
		t.Fatal("the npm package jose is missing: run make test, or npm install --prefix tools --no-save")
	}
	root, err := filepath.Abs(tools)
	if err != nil {
		t.Fatal(err)
	}
	key, err := testKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(map[string]any{
		"body": r.body, "issuer": issuer, "subject": subject, "now": vectorTime,
		"publicKey": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
	})
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "verify.mjs"), root)
	var out, trouble bytes.Buffer
	run.Stdin, run.Stdout, run.Stderr = bytes.NewReader(in), &out, &trouble
	if err := run.Run(); err != nil {
		t.Fatalf("jose refuses the request: %v\n%s", err, trouble.String())
	}
	var found seen
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

package assertion_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator/internal/assertion"
)

const header = `{"alg":"RS256","typ":"JWT"}`

var now = time.Unix(1795392000, 0)

func sign(t *testing.T, key *rsa.PrivateKey, header, claims string) string {
	t.Helper()
	input := encode(header) + "." + encode(claims)
	digest := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + encode(string(signature))
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func check(compact string, key *rsa.PrivateKey) error {
	token, err := assertion.Parse(compact)
	if err != nil {
		return err
	}
	return token.Verify(&key.PublicKey, "sa@example", now)
}

func claims(issued, expires string) string {
	return fmt.Sprintf(`{"iss":"client","sub":"sa@example","iat":%s,"exp":%s}`, issued, expires)
}

func TestTimesMayBeWholeOrFractionalButLastAnHourAtMost(t *testing.T) {
	key := newKey(t)
	for _, times := range []struct {
		issued, expires string
		accepted        bool
	}{
		{"1795392000", "1795395600", true},
		{"1795392000.123", "1795395600.123", true},
		{"1795392000", "1795395600.001", false},
		{"1795392000", "1795395601", false},
		{`"1795392000"`, `"1795395600"`, false},
		{"1795388000", "1795391999", false},
		{"1795392100", "1795392200", false},
		{"1795392000", "1795392000", false},
		{"1795392000", "null", false},
		{"1795392000", "1e400", false},
	} {
		err := check(sign(t, key, header, claims(times.issued, times.expires)), key)
		if (err == nil) != times.accepted {
			t.Errorf("iat %s exp %s: accepted=%v, error %v", times.issued, times.expires, err == nil, err)
		}
	}
}

func TestOnlyTheRegisteredKeyAlgorithmAndSubjectAreAccepted(t *testing.T) {
	key, other := newKey(t), newKey(t)
	good := claims("1795392000", "1795395600")
	compact := sign(t, key, header, good)
	parts := strings.Split(compact, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"another key":       sign(t, other, header, good),
		"HS256":             sign(t, key, `{"alg":"HS256","typ":"JWT"}`, good),
		"none":              encode(`{"alg":"none"}`) + "." + parts[1] + ".",
		"padding":           parts[0] + "." + parts[1] + "." + base64.URLEncoding.EncodeToString(raw),
		"standard alphabet": parts[0] + "." + parts[1] + "." + base64.RawStdEncoding.EncodeToString(raw),
		"two parts":         parts[0] + "." + parts[1],
		"another subject":   sign(t, key, header, strings.Replace(good, "sa@", "sb@", 1)),
		"claims no object":  sign(t, key, header, `"x"`),
	} {
		if check(bad, key) == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if err := check(compact, key); err != nil {
		t.Errorf("the good assertion was refused: %v", err)
	}
}

func TestTheReferenceSigningInputIsReadAsDocumented(t *testing.T) {
	const input = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJleGFtcGxlQ2xpZW50SWQwMSIsInN1YiI6ImFiYzEyLnNlcnZpY2VhY2NvdW50QGV4YW1wbGUuY28uanAiLCJpYXQiOjE3OTUzOTIwMDAsImV4cCI6MTc5NTM5NTYwMH0"
	token, err := assertion.Parse(input + ".AA")
	if err != nil {
		t.Fatal(err)
	}
	want := assertion.Claims{Issuer: "exampleClientId01", Subject: "abc12.serviceaccount@example.co.jp", Issued: "1795392000", Expires: "1795395600"}
	if token.Claims != want {
		t.Fatalf("claims %+v, want %+v", token.Claims, want)
	}
}

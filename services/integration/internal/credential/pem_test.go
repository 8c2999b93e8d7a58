package credential

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"sync"
	"testing"
)

var testKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func key(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := testKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func block8(t testing.TB, k any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func pkcs8PEM(t testing.TB) string { t.Helper(); return block8(t, key(t)) }

func pkcs1PEM(t testing.TB) string {
	t.Helper()
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key(t))}))
}

func small(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestReadKeyTolerates(t *testing.T) {
	good := pkcs8PEM(t)
	public, err := x509.MarshalPKIXPublicKey(&key(t).PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	publicPEM := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	for name, text := range map[string]string{
		"PKCS#8":               good,
		"PKCS#1":               pkcs1PEM(t),
		"text around":          "ファイル: private_20260101.key\n\n" + good + "\n-- \n山田",
		"text on the line":     "key: " + good + " end",
		"CRLF and BOM":         "\ufeff" + strings.ReplaceAll(good, "\n", "\r\n"),
		"old Mac":              strings.ReplaceAll(good, "\n", "\r"),
		"escaped line ends":    strings.ReplaceAll(strings.TrimSpace(good), "\n", `\n`),
		"indented":             "    " + strings.ReplaceAll(good, "\n", "\n    "),
		"line ends as spaces":  strings.ReplaceAll(good, "\n", " "),
		"no line ends":         strings.ReplaceAll(good, "\n", ""),
		"PKCS#1 on one line":   strings.ReplaceAll(pkcs1PEM(t), "\n", " "),
		"no final line end":    strings.TrimSpace(good),
		"behind a public key":  publicPEM + good,
		"in front of a public": good + publicPEM,
		"twice":                good + "\n" + pkcs1PEM(t),
	} {
		t.Run(name, func(t *testing.T) {
			cut, got, p := readKey(text)
			if p != nil {
				t.Fatalf("refused: %s", p.reason)
			}
			if !got.Equal(key(t)) {
				t.Error("another key")
			}
			again, _, p := readKey(cut)
			if p != nil || again != cut || strings.Contains(cut, "山田") {
				t.Error("the key has no single spelling")
			}
		})
	}
}

func TestReadKeyRefuses(t *testing.T) {
	good := pkcs8PEM(t)
	public, err := x509.MarshalPKIXPublicKey(&key(t).PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	label := func(name string) string {
		return strings.ReplaceAll(good, "PRIVATE KEY", name)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	mixed := *key(t)
	mixed.D = other.D
	for name, c := range map[string]struct{ text, reason string }{
		"words":          {"my key", "NOT_A_KEY"},
		"base64 only":    {strings.Split(good, "\n")[1], "NOT_A_KEY"},
		"encrypted":      {label("ENCRYPTED PRIVATE KEY"), "KEY_ENCRYPTED"},
		"encrypted old":  {strings.Replace(pkcs1PEM(t), "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", 1), "KEY_ENCRYPTED"},
		"public":         {string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})), "PUBLIC_KEY"},
		"public old":     {label("RSA PUBLIC KEY"), "PUBLIC_KEY"},
		"certificate":    {label("CERTIFICATE"), "CERTIFICATE"},
		"request":        {label("CERTIFICATE REQUEST"), "CERTIFICATE"},
		"elliptic":       {block8(t, curve), "NOT_RSA"},
		"curve named":    {string(pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS", Bytes: []byte{6, 1, 42}})) + label("EC PRIVATE KEY"), "NOT_RSA"},
		"curve alone":    {label("EC PARAMETERS"), "NOT_A_KEY"},
		"curve and RSA":  {label("EC PARAMETERS") + block8(t, small(t)), "KEY_TOO_SMALL"},
		"openssh":        {label("OPENSSH PRIVATE KEY"), "OPENSSH_KEY"},
		"cut at the end": {good[:len(good)-40], "KEY_DAMAGED"},
		"a line is gone": {strings.Join(append(strings.Split(good, "\n")[:5], strings.Split(good, "\n")[6:]...), "\n"), "KEY_DAMAGED"},
		"label lies":     {strings.ReplaceAll(good, "PRIVATE", "RSA PRIVATE"), "KEY_DAMAGED"},
		"1024 bits":      {block8(t, small(t)), "KEY_TOO_SMALL"},
		"wide letter":    {good[:100] + "Ａ" + good[101:], "FULL_WIDTH"},
		"wide marks":     {strings.ReplaceAll(good, "-----", "－－－－－"), "FULL_WIDTH"},
		"minus signs":    {strings.ReplaceAll(good, "-", "\u2212"), "HYPHENS_REPLACED"},
		"en dashes":      {strings.ReplaceAll(good, "-----", "\u2013\u2013\u2013\u2013\u2013"), "HYPHENS_REPLACED"},
		"some dashes":    {strings.ReplaceAll(good, "-----", "\u2014\u2014-"), "HYPHENS_REPLACED"},
		"one end":        {strings.Replace(good, "-----END", "\u2013----END", 1), "HYPHENS_REPLACED"},
		"long vowels":    {strings.ReplaceAll(good, "-", "ー"), "HYPHENS_REPLACED"},
		"two keys":       {good + block8(t, other), "TWO_KEYS"},
		"wide, no key":   {"Ａ" + good[:200], "KEY_DAMAGED"},
		"long":           {strings.Repeat(" ", 16<<10) + good, "TOO_LONG"},
		"parts of two":   {string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(&mixed)})), "KEY_DAMAGED"},
	} {
		t.Run(name, func(t *testing.T) {
			cut, got, p := readKey(c.text)
			if p == nil || p.reason != c.reason || got != nil || cut != "" {
				t.Fatalf("got %+v, want %s", p, c.reason)
			}
		})
	}
}

func FuzzReadKey(f *testing.F) {
	good := pkcs8PEM(f)
	f.Add(good)
	f.Add(pkcs1PEM(f))
	f.Add(good[:200])
	f.Add("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----")
	f.Fuzz(func(t *testing.T, text string) {
		cut, got, p := readKey(text)
		if (p == nil) != (got != nil) {
			t.Fatal("a key without success or success without a key")
		}
		if p != nil {
			return
		}
		if again, _, p := readKey(cut); p != nil || again != cut || got.N.BitLen() < minKeyBits {
			t.Fatal("the key's own spelling is not read back")
		}
	})
}

// another is a key of its own.
func another(t testing.TB) string {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return block8(t, k)
}

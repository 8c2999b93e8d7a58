package token

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestFormOfTokens(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		made, err := New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		text := made.Reveal()
		if len(text) != 4+43+6 || !strings.HasPrefix(text, "dkt_") || seen[text] {
			t.Fatalf("bad or repeated token of %d characters", len(text))
		}
		seen[text] = true
		back, err := Parse(text)
		if err != nil || back.Hash() != sha256.Sum256([]byte(text)) {
			t.Fatalf("not read back: %v", err)
		}
	}
}

// The two ends of the range, computed by another program with zlib's crc32.
func TestKnownTokens(t *testing.T) {
	for digits, want := range map[string]string{
		"00": "dkt_" + strings.Repeat("0", 43) + "2hSpH4",
		"ff": "dkt_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp112eT5a",
	} {
		random, err := hex.DecodeString(strings.Repeat(digits, 32))
		if err != nil {
			t.Fatal(err)
		}
		made, err := New(bytes.NewReader(random))
		if err != nil || made.Reveal() != want {
			t.Errorf("%s: %q, %v", digits, made.Reveal(), err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	made, err := New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := made.Reveal()
	for i := range len(good) {
		bad := []byte(good)
		bad[i] ^= 1
		if Check(string(bad)) {
			t.Errorf("a changed character at %d was accepted", i)
		}
	}
	for _, text := range []string{"", "dkt_", good[1:], good + "0", " " + good, "dkk_" + good[4:], good[:52] + "+", good[:20] + "出" + good[23:]} {
		if _, err := Parse(text); !errors.Is(err, ErrMalformed) {
			t.Errorf("%d characters accepted", len(text))
		}
	}
}

func TestTokensDoNotPrint(t *testing.T) {
	made, err := New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%s", "%+v", "%#v", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, made); strings.Contains(got, made.Reveal()[4:20]) || got != "[redacted]" {
			t.Errorf("%s prints the token", verb)
		}
	}
	if got := fmt.Sprint(struct{ T Token }{made}, &made); strings.Contains(got, made.Reveal()[4:20]) {
		t.Error("a struct prints the token")
	}
}

func TestNoRandomnessNoToken(t *testing.T) {
	if made, err := New(bytes.NewReader(make([]byte, 31))); err == nil || made != (Token{}) {
		t.Fatalf("got a token from 31 bytes: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	made, err := New(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(made.Reveal())
	f.Add("dkt_")
	f.Add("dkt_" + strings.Repeat("0", 49))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text)
		if (err == nil) != Check(text) {
			t.Fatal("Parse and Check disagree")
		}
		if err == nil && got.Reveal() != text {
			t.Fatal("a token changed by reading it")
		}
	})
}

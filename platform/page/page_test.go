package page

import (
	"encoding/base64"
	"slices"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

func TestSize(t *testing.T) {
	for asked, want := range map[int32]int{-1: 50, 0: 50, 1: 1, 500: 500, 501: 500} {
		if got := Size(asked); got != want {
			t.Errorf("%d rows asked for: %d, want %d", asked, got, want)
		}
	}
}

func TestATokenContinuesItsOwnListOnly(t *testing.T) {
	list := Of("punches", "employee", "")
	token, err := list.Token("2026-11-23", "日本")
	if err != nil {
		t.Fatal(err)
	}
	at, err := list.Read(token, 2)
	if err != nil || !slices.Equal(at, []string{"2026-11-23", "日本"}) {
		t.Fatalf("%v, %v", at, err)
	}
	for name, other := range map[string]List{
		"other list": Of("employees", "employee", ""), "other filter": Of("punches", "", "employee"), "fewer filters": Of("punches", "employee"),
	} {
		if _, err := other.Read(token, 2); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheFirstPageNeedsNoToken(t *testing.T) {
	if at, err := Of("punches").Read("", 2); at != nil || err != nil {
		t.Fatalf("%v, %v", at, err)
	}
}

func TestForeignTokens(t *testing.T) {
	list := Of("punches")
	nul, err := list.Token("a\x00b")
	if err != nil {
		t.Fatal(err)
	}
	one, err := list.Token("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := list.Read(one, 2); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
		t.Errorf("too few values: %v", err)
	}
	for name, token := range map[string]string{
		"no base64": "!", "no JSON": base64.RawURLEncoding.EncodeToString([]byte("{")), "NUL": nul, "cut": one[:len(one)-3],
	} {
		if _, err := list.Read(token, 1); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	list := Of("punches")
	token, err := list.Token("a", "b")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		at, err := list.Read(text, 2)
		if err != nil && !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
			t.Fatalf("another error: %v", err)
		}
		if err == nil && text != "" && len(at) != 2 {
			t.Fatalf("%d values", len(at))
		}
	})
}

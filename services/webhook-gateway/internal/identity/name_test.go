package identity

import "testing"

// No name breaks the line of a list or turns round what stands beside it.
func TestANameStaysWithinItself(t *testing.T) {
	for name, want := range map[string]bool{
		"山田 太郎": true, "Ægir 👩‍👩‍👧": true, "محمد": true, "": false, "\u200b": false, "\u2800": false, "\u3164": false, "\u00ad": false, "a\u200b": true, "a\nb": false, "a\x00b": false, "a\u2028b": false, "a\u2029b": false,
		"a\u202eb": false, "a\u202ab": false, "a\u202cb": false, "a\u2066b": false, "a\u2069b": false, "a\u200eb": false, "a\u200fb": false, "a\u061cb": false,
	} {
		if got := plain(name, 100); got != want {
			t.Errorf("%+q: %t", name, got)
		}
	}
}

package evidence

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"
)

// What was sealed must fit for ever: these digests were made by an earlier release.
func TestTheFormOfSealsNeverChanges(t *testing.T) {
	s := Seal{
		Position: 7, Fact: "punches", Key: `["0195f000-0000-7000-8000-00000000000a"]`, Subject: `["e", "2026-11-28"]`, Form: Form,
		Salt: []byte("salt"), TextSalt: []byte("text salt"), At: time.UnixMilli(1_795_000_000_123),
	}
	s.Leaf, s.TextLeaf = s.LeafOf([]byte(`["row", null]`)), s.TextLeafOf([]byte("出勤"))
	long, link, old := s.LeafOf(bytes.Repeat([]byte("row "), 1000)), s.LinkAfter(Hash{1}, "tenant"), s
	old.Form, old.Subject = 1, ""
	before := old.LinkAfter(Hash{1}, "tenant")
	for name, digest := range map[string][2]string{
		"leaf":                {hex.EncodeToString(s.Leaf), "f78f826ccbc10e5cb869b1ede82801dc075c6579c98c80edab9d56b2f77f13a0"},
		"leaf of a long row":  {hex.EncodeToString(long), "fc2f5f2328d2ace8a6183e8379ea795278a63402f777c73a4f32c424b2fcf093"},
		"leaf of a text":      {hex.EncodeToString(s.TextLeaf), "9794793ec35e87a92fee43a7fd6e9fd5f254bf1699ed5621c04d93fde7cb670f"},
		"link":                {hex.EncodeToString(link[:]), "3248a39ff843b7be0df4af36b7787ae6dbf81b1173519a56ece9986c3613e96b"},
		"link without record": {hex.EncodeToString(before[:]), "ed3029bdeffc84830270ff32a0ab5dfd872921aaa915f66e1d935ae94c578920"},
	} {
		if digest[0] != digest[1] {
			t.Errorf("%s: %s", name, digest[0])
		}
	}
}

package outbound

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// Of two refusals the one counts after which the message waits, and of two 404 the
// one that tells who is absent.
func TestTheWeightierRefusalCounts(t *testing.T) {
	told, unclear := lineworks.FailureOf(absentee(lineworks.Recipient)), lineworks.FailureOf(absentee(lineworks.Unclear))
	waits := lineworks.FailureOf(failure(lineworks.Unauthorized))
	for name, c := range map[string]struct {
		later, earlier *lineworks.Failure
		want           bool
	}{
		"waiting after 404":       {waits, told, true},
		"404 after waiting":       {told, waits, false},
		"a clear one after":       {told, unclear, true},
		"a clear one before":      {unclear, told, false},
		"waiting after waiting":   {waits, waits, false},
		"unclear after unclear":   {unclear, unclear, true},
		"waiting after unclear":   {waits, unclear, true},
		"unclear after a waiting": {unclear, waits, false},
	} {
		if got := weightier(c.later, c.earlier); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestChooseAWay(t *testing.T) {
	v1, v2, staged := vault.Sealed{ID: "v1", Version: credential.V1}, vault.Sealed{ID: "v2", Version: credential.V2}, vault.Sealed{ID: "v2 too", Version: credential.V2}
	person := func(id string) lineworks.Message { return lineworks.Message{User: id} }
	room := lineworks.Message{Channel: "room"}
	for name, c := range map[string]struct {
		version credential.Version
		content lineworks.Message
		sets    []vault.Sealed
		login   string
		want    []string // set and address, in order
		reason  string
	}{
		"only its own version":               {credential.V2, person("u"), []vault.Sealed{v2}, "", []string{"v2 u"}, ""},
		"the best of its version":            {credential.V2, person("u"), []vault.Sealed{v2, staged}, "", []string{"v2 u"}, ""},
		"V1, V2 is staged":                   {credential.V1, person("taro@x"), []vault.Sealed{v1, v2}, "", []string{"v1 taro@x", "v2 taro@x"}, ""},
		"V1, V2 is current":                  {credential.V1, person("taro@x"), []vault.Sealed{v2, v1}, "", []string{"v1 taro@x", "v2 taro@x"}, ""},
		"V1, V1 is retired":                  {credential.V1, person("taro@x"), []vault.Sealed{v2}, "", []string{"v2 taro@x"}, ""},
		"V2, V2 is staged":                   {credential.V2, person("u"), []vault.Sealed{v1, v2}, "taro@x", []string{"v2 u", "v1 taro@x"}, ""},
		"V2, rolled back and discarded":      {credential.V2, person("u"), []vault.Sealed{v1}, "taro@x", []string{"v1 taro@x"}, ""},
		"V2, discarded, person unknown":      {credential.V2, person("u"), []vault.Sealed{v1}, "", nil, "LOGIN_ID_UNKNOWN"},
		"V2, both, person unknown":           {credential.V2, person("u"), []vault.Sealed{v1, v2}, "", []string{"v2 u"}, ""},
		"room of its version":                {credential.V1, room, []vault.Sealed{v2, v1}, "", []string{"v1 "}, ""},
		"room of a version without keys":     {credential.V1, room, []vault.Sealed{v2}, "", nil, "ROOM_OF_OTHER_API_VERSION"},
		"V2 room of a version without keys":  {credential.V2, room, []vault.Sealed{v1}, "taro@x", nil, "ROOM_OF_OTHER_API_VERSION"},
		"a login id does not replace a room": {credential.V2, lineworks.Message{Channel: "room", User: "u"}, []vault.Sealed{v2, v1}, "taro@x", []string{"v2 u"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ways, reason := choose(c.version, c.content, c.sets, c.login)
			var got []string
			for _, w := range ways {
				got = append(got, w.keys.ID+" "+w.content.User)
			}
			if d := cmp.Diff(c.want, got); d != "" || reason != c.reason {
				t.Errorf("%s\n%s", reason, d)
			}
		})
	}
}

// Only the first of all sets is the connection's own, whichever way is tried first.
func TestTheOwnWay(t *testing.T) {
	v1, v2 := vault.Sealed{ID: "v1", Version: credential.V1}, vault.Sealed{ID: "v2", Version: credential.V2}
	for name, c := range map[string]struct {
		content lineworks.Message
		sets    []vault.Sealed
		want    []bool
	}{
		"the version is its own":   {lineworks.Message{User: "taro@x"}, []vault.Sealed{v1, v2}, []bool{true, false}},
		"the version is the other": {lineworks.Message{User: "taro@x"}, []vault.Sealed{v2, v1}, []bool{false, true}},
		"a room of the other":      {lineworks.Message{Channel: "room"}, []vault.Sealed{v2, v1}, []bool{false}},
	} {
		ways, _ := choose(credential.V1, c.content, c.sets, "")
		var got []bool
		for _, w := range ways {
			got = append(got, w.own)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

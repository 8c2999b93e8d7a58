package gateway_test

import (
	"strings"
	"testing"
)

// NUL, halves of surrogate pairs and other control characters are accepted at the
// door, since the event is signed, and have one outcome at once: an id of which
// they are a part names nobody and is quarantined; in a text or a button they are
// characters that attendance judges. Nothing is tried again and again, and the
// person's next event is judged.
func TestOddCharactersThroughTheDoor(t *testing.T) {
	s := newStreet(t)
	door, _ := s.open(t)
	const text, button = `{"type":"message","source":{"userId":"u"},"issuedTime":"2026-11-20T00:00:00.000Z","content":{"type":"text","text":"出勤"}}`,
		`{"type":"postback","source":{"userId":"u"},"issuedTime":"2026-11-20T00:00:00.000Z","data":"dakoku:CLOCK_IN"}`
	bad, judged := 0, 0
	for _, odd := range []string{`\u0000`, `\ud83d`, `\udc00`, `\u001b`, `\u0085`, "\u007f"} {
		for _, id := range []string{
			strings.Replace(text, `"u"`, `"u`+odd+`"`, 1),
			strings.Replace(text, `"u"`, `"u","channelId":"`+odd+`c"`, 1),
			strings.Replace(text, `"u"`, `"u","domainId":"`+odd+`"`, 1),
		} {
			bad++
			if status := post(t, door, id); status != 200 {
				t.Errorf("%s: %d", id, status)
			}
		}
		for _, content := range []string{
			strings.Replace(text, "出勤", "出勤"+odd, 1), strings.Replace(text, `"出勤"`, `"x`+odd+`","postback":"`+odd+`"`, 1),
			strings.Replace(button, "CLOCK_IN", odd, 1),
		} {
			judged++
			if status := post(t, door, content); status != 200 {
				t.Errorf("%s: %d", content, status)
			}
		}
	}
	if status := post(t, door, text); status != 200 {
		t.Error(status)
	}
	var deferred, begun, open, quarantined, recorded int
	until(t, func() bool {
		err := s.owner.QueryRow(t.Context(), `select coalesce(sum(deferrals), 0), coalesce(max(attempts), 0), count(*) filter (where outcome = 'PENDING'),
			count(*) filter (where outcome = 'QUARANTINED' and reason = 'BAD_ID' and attempts = 0), count(*) filter (where outcome = 'RECORDED')
			from gateway.inbox`).Scan(&deferred, &begun, &open, &quarantined, &recorded)
		return err == nil && open == 0
	})
	// Two halves of a pair are read alike, so a text with either is one event.
	if deferred != 0 || begun > 1 || quarantined != bad || recorded != judged-3+1 {
		t.Errorf("%d deferred, begun %d times, %d of %d quarantined, %d of %d recorded", deferred, begun, quarantined, bad, recorded, judged+1)
	}
}

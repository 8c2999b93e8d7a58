package api

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// Whatever characters a text or a button brings, it is judged, and the same when
// it is asked about again: NUL, which PostgreSQL does not store, and what a reader
// of JSON makes of half a surrogate pair.
func TestOddCharactersAreJudged(t *testing.T) {
	f := setup(t)
	employee := f.employee(t, "1")
	recorded := map[string]bool{
		"\x00": false, "出勤\x00": true, "\x00出勤": true, "出\x00勤": false, "出勤\ufffd": true, "\ufffd": false, "出勤\u0085": true,
		"\U0010ffff": false, "\u202e出勤": true, "dakoku:CLOCK_IN\x00": false,
	}
	for i, odd := range slices.Sorted(maps.Keys(recorded)) {
		text := f.said(t, employee, fmt.Sprintf("%02dT09:00", i+1), odd)
		pressed := f.said(t, employee, fmt.Sprintf("%02dT10:00", i+1), odd)
		pressed.Content = &attendancev1.ChatEvent_Postback{Postback: &attendancev1.PostbackContent{Data: odd}}
		both := f.said(t, employee, fmt.Sprintf("%02dT11:00", i+1), odd)
		both.Content = &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: odd, Postback: odd}}
		for _, e := range []*attendancev1.ChatEvent{text, pressed, both} {
			first, again := f.record(t, e)[0], f.record(t, e)[0]
			want := attendancev1.EventOutcome_IGNORED // a button's value is not searched for words
			if recorded[odd] && e != pressed {
				want = attendancev1.EventOutcome_RECORDED
			}
			if first.GetKind() != want || again.GetKind() != first.GetKind() || again.GetPunch() != first.GetPunch() {
				t.Errorf("%q: %v, then %v", odd, first, again)
			}
		}
	}
}

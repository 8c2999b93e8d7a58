package phrase

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func problems(t *testing.T, s Settings) []string {
	t.Helper()
	_, err := Compile(s)
	if err == nil {
		return nil
	}
	f, ok := fault.From(err)
	if !ok || f.Kind() != fault.InvalidArgument {
		t.Fatalf("not an invalid-argument fault: %v", err)
	}
	var got []string
	for _, field := range f.Fields() {
		if field.Text.JA == "" || field.Text.EN == "" {
			t.Errorf("%s has no text", field.Path)
		}
		got = append(got, field.Path+" "+field.Reason)
	}
	return got
}

func TestCompileNamesEveryProblem(t *testing.T) {
	got := problems(t, Settings{
		Phrases: map[timeclock.Kind][]string{
			timeclock.ClockIn:  {"出勤", "", "しゅっきん", "シュッキン"},
			timeclock.ClockOut: {" 　", "退\n勤", "出勤", "\uFE0F", "\xff"},
			"SLEEP":            {"寝る"},
		},
		Triggers: []string{"ok", "ＯＫ", "出勤", strings.Repeat("あ", MaxGraphemes+1), "\u202Eabc"},
		Position: "TAIL",
	})
	want := []string{
		"phrases.CLOCK_IN[1] EMPTY", "phrases.CLOCK_IN[3] DUPLICATE",
		"phrases.CLOCK_OUT[0] EMPTY", "phrases.CLOCK_OUT[1] BAD_CHARACTER", "phrases.CLOCK_OUT[2] DUPLICATE",
		"phrases.CLOCK_OUT[3] EMPTY", "phrases.CLOCK_OUT[4] BAD_CHARACTER",
		"triggerWords[1] DUPLICATE", "triggerWords[2] DUPLICATE", "triggerWords[3] TOO_LONG", "triggerWords[4] BAD_CHARACTER",
		"phrases UNKNOWN_KIND", "triggerPosition UNKNOWN_POSITION",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestCompileLimits(t *testing.T) {
	many := func(n int) (words []string) {
		for i := range n {
			words = append(words, fmt.Sprintf("語%d", i))
		}
		return words
	}
	with := func(words ...string) Settings { return Settings{Triggers: words} }
	for _, tt := range []struct {
		name string
		s    Settings
		want []string
	}{
		{"nothing at all", Settings{}, nil},
		{"the defaults", Default(), nil},
		{"most graphemes", with(strings.Repeat("あ", MaxGraphemes)), nil},
		{"most code points", with(strings.Repeat("👨‍👩‍👧", MaxRunes/5)), nil},
		{"too many code points", with(strings.Repeat("👨‍👩‍👧", MaxRunes/5+1)), []string{"triggerWords[0] TOO_LONG"}},
		{"expands when folded", with(strings.Repeat("\uFDFA", 6)), []string{"triggerWords[0] TOO_LONG"}},
		{"most words", with(many(MaxPhrases)...), nil},
		{"too many words", with(many(MaxPhrases + 1)...), []string{"triggerWords TOO_MANY"}},
		{"surrounding space is no difference", with("a", " a "), []string{"triggerWords[1] DUPLICATE"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, problems(t, tt.s)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

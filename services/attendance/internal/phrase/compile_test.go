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

// What a problem refers to is told in the words of the console, never by a path of the contract.
func TestProblemsNameTheOtherPhraseInWords(t *testing.T) {
	_, err := Compile(Settings{
		Phrases:  map[timeclock.Kind][]string{timeclock.ClockIn: {"出勤"}, timeclock.ComeBack: {"戻", "シュッキン", "しゅっきん"}},
		Triggers: []string{"打刻", "出勤", "出勤確認", "打刻"},
	})
	f, ok := fault.From(err)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, field := range f.Fields() {
		got = append(got, field.Path, field.Text.JA, field.Text.EN)
	}
	want := []string{
		"phrases.COME_BACK[2]", "「戻り」の2番目の語句と同じ語句です。どちらかを変更または削除してください。", `This is the same phrase as word 2 of "Come back". Change or remove one of them.`,
		"triggerWords[1]", "「出勤」の1番目の語句と同じ語句です。どちらかを変更または削除してください。", `This is the same phrase as word 1 of "Clock-in". Change or remove one of them.`,
		"triggerWords[3]", "「引き金となる言葉」の1番目の語句と同じ語句です。どちらかを変更または削除してください。", `This is the same phrase as word 1 of "Trigger words". Change or remove one of them.`,
		"triggerWords[2]", "「出勤」の1番目の語句「出勤」を含むため、この言葉のあるメッセージでは他の種類を打刻できません。", `This contains word 1 of "Clock-in", "出勤", so messages with it could punch no other kind.`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	for _, kind := range append(timeclock.Kinds(), "") {
		if listNames[kind].ja == "" || listNames[kind].en == "" {
			t.Errorf("%q has no name", kind)
		}
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
		{"most emoji", with(strings.Repeat("🧑🏻‍❤️‍💋‍🧑🏼", MaxGraphemes)), nil},
		{"too many marks", with(strings.Repeat("e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030A", MaxGraphemes)), []string{"triggerWords[0] TOO_LONG"}},
		{"too many bytes", with("出" + strings.Repeat("\uFE0F", maxBytes/3) + "勤"), []string{"triggerWords[0] TOO_LONG"}},
		{"expands when folded", with(strings.Repeat("\uFDFA", 6)), []string{"triggerWords[0] TOO_LONG"}},
		{"most words", with(many(MaxPhrases)...), nil},
		{"too many words", with(many(MaxPhrases + 1)...), []string{"triggerWords TOO_MANY"}},
		{"a mark without a letter", with("\u3099", "\u0301勤"), []string{"triggerWords[0] LOOSE_MARK", "triggerWords[1] LOOSE_MARK"}},
		{"a mark that waits for a letter", with("勤\u0600"), []string{"triggerWords[0] LOOSE_MARK"}},
		{"a joiner that joins nothing", with("👨\u200D", "\u200D👨"), []string{"triggerWords[0] LOOSE_MARK", "triggerWords[1] LOOSE_MARK"}},
		{"nothing to see", with("\uFE0F", "\u200D\uFE0F", "\u3164", "\u2062", " \u200B "), []string{
			"triggerWords[0] EMPTY", "triggerWords[1] EMPTY", "triggerWords[2] EMPTY", "triggerWords[3] EMPTY", "triggerWords[4] EMPTY"}},
		{"marks of direction", with("\u200E出", "\u2066"), []string{"triggerWords[0] BAD_CHARACTER", "triggerWords[1] BAD_CHARACTER"}},
		{"skin tones differ", with("👍", "👍🏽"), nil},
		{"kana, width and case do not", with("in", "ＩＮ", "しゅっきん", "ｼｭｯｷﾝ"), []string{"triggerWords[1] DUPLICATE", "triggerWords[3] DUPLICATE"}},
		{"surrounding space is no difference", with("a", " a "), []string{"triggerWords[1] DUPLICATE"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, problems(t, tt.s)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// A trigger word with a phrase in it would make every other kind impossible.
func TestCompileTriggerContainsPhrase(t *testing.T) {
	got := problems(t, Settings{
		Phrases:  map[timeclock.Kind][]string{timeclock.ClockIn: {"出勤", "👍"}, timeclock.ClockOut: {"退勤 打刻"}},
		Triggers: []string{"出勤確認", "ｼｭｯｷﾝ", "👍🏽", "打刻", "退勤", "@出勤"},
	})
	want := []string{"triggerWords[0] CONTAINS_PHRASE", "triggerWords[2] CONTAINS_PHRASE", "triggerWords[5] CONTAINS_PHRASE"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// Settings that were stored under older rules still punch, without the words that are refused today.
func TestNewLeavesOutWhatIsRefused(t *testing.T) {
	m := New(Settings{Phrases: map[timeclock.Kind][]string{timeclock.ClockIn: {"", "\u3099", "出勤"}, timeclock.ClockOut: {"出勤", "退勤"}}})
	for text, want := range map[string]timeclock.Kind{"出勤": timeclock.ClockIn, "退勤": timeclock.ClockOut, "おはよう": ""} {
		if got := m.Match(text); got.Kind != want {
			t.Errorf("Match(%q) = %+v", text, got)
		}
	}
}

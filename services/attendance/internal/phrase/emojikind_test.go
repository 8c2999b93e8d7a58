package phrase

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// No emoji is found inside a longer one, with one exception: without its skin tones an emoji stands for all of them.
func TestNoEmojiInsideAnother(t *testing.T) {
	forms, same := emoji(t)
	pairs := 0
	for _, outer := range forms {
		whole := Fold(outer)
		plain := string(toneless(nil, whole))
		for _, inner := range parts(whole) {
			if len(same[inner]) == 0 || inner == plain {
				continue
			}
			pairs++
			m, needs := compile(t, clockIn(inner)), compile(t, clockIn("出勤", inner))
			for _, text := range []string{outer, "おはよう" + outer + "!", outer + outer} {
				if got := m.Match(text); got.Miss != timeclock.MissPhrase {
					t.Errorf("phrase %q found in %q: %+v", inner, text, got)
				}
				if got := needs.Match(text + "出勤"); got.Miss != timeclock.MissTrigger {
					t.Errorf("trigger %q found in %q: %+v", inner, text, got)
				}
			}
		}
	}
	if pairs < emojiCount {
		t.Errorf("only %d pairs", pairs)
	}
}

// parts are the proper substrings of whole runes.
func parts(s string) (found []string) {
	for start := range s {
		for end := start; end < len(s); {
			_, size := utf8.DecodeRuneInString(s[end:])
			end += size
			if part := s[start:end]; part != s {
				found = append(found, part)
			}
		}
	}
	return found
}

// As many emoji as settings can hold, all of them in turn: each form is read as its own kind and as no other.
func TestEmojiOfSixKinds(t *testing.T) {
	forms, same := emoji(t)
	var all []string
	for folded := range same {
		all = append(all, folded)
	}
	slices.Sort(all)
	for batch := range slices.Chunk(all, MaxPhrases*len(timeclock.Kinds())) {
		s := Settings{Phrases: map[timeclock.Kind][]string{}}
		kinds := map[string]timeclock.Kind{}
		for i, folded := range batch {
			kind := timeclock.Kinds()[i%len(timeclock.Kinds())]
			s.Phrases[kind] = append(s.Phrases[kind], folded)
			kinds[folded] = kind
		}
		m := compile(t, s)
		for _, form := range forms {
			want, exact := kinds[Fold(form)]
			if !exact {
				want = kinds[string(toneless(nil, Fold(form)))]
			}
			if got := m.Match(form); got.Kind != want {
				t.Errorf("%q: %+v, want %q", form, got, want)
			}
		}
	}
}

// A flag is not found in a row of flags that is shifted by one letter.
func TestFlagsInARow(t *testing.T) {
	forms, _ := emoji(t)
	flags := 0
	for _, flag := range forms {
		runes := []rune(flag)
		if len(runes) != 2 || runes[0] < '🇦' || runes[0] > '🇿' {
			continue
		}
		flags++
		m := compile(t, clockIn(flag))
		for _, shifted := range []string{"🇦" + flag + "🇧", "🇯🇵🇦" + flag, "🇦" + flag + flag + "🇧"} {
			apart := !slices.Contains(split(Fold(shifted)), Fold(flag))
			if got := m.Match(shifted); apart == (got.Miss == timeclock.MissNone) {
				t.Errorf("%q in %q: %+v", flag, shifted, got)
			}
		}
		if got := m.Match("🇯🇵🇰🇷" + flag + "🇺🇸"); got.Kind != timeclock.ClockIn {
			t.Errorf("%q in its row: %+v", flag, got)
		}
	}
	if flags < 250 {
		t.Errorf("only %d flags", flags)
	}
}

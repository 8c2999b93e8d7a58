package phrase

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// The number of emoji and of their forms in Unicode Emoji 18.0.
const emojiCount, emojiForms = 3972, 5244

// emoji reads every form of every emoji, by what it is when folded.
func emoji(t testing.TB) (forms []string, same map[string][]string) {
	t.Helper()
	file, err := os.Open("testdata/emoji-18.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	recommended := 0
	same = map[string][]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		points, status, found := strings.Cut(lines.Text(), " ; ")
		if !found || strings.HasPrefix(points, "#") {
			continue
		}
		form := decode(t, points)
		forms = append(forms, form)
		same[Fold(form)] = append(same[Fold(form)], form)
		if status == "RGI" {
			recommended++
		}
	}
	if recommended != emojiCount || len(same) != emojiCount || len(forms) != emojiForms {
		t.Fatalf("%d emoji recommended for interchange, %d different ones, %d forms", recommended, len(same), len(forms))
	}
	return forms, same
}

func decode(t testing.TB, points string) string {
	t.Helper()
	var runes []rune
	for _, point := range strings.Fields(points) {
		r, err := strconv.ParseInt(point, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		runes = append(runes, rune(r))
	}
	return string(runes)
}

func clockIn(phrase string, triggers ...string) Settings {
	return Settings{Phrases: map[timeclock.Kind][]string{timeclock.ClockIn: {phrase}}, Triggers: triggers}
}

// Every form of every emoji is a phrase that every form of it matches: alone, repeated, in a sentence.
func TestEveryEmojiIsAPhrase(t *testing.T) {
	forms, same := emoji(t)
	for _, form := range forms {
		m := compile(t, clockIn(form))
		want := hit(timeclock.ClockIn, form, "")
		for _, sent := range same[Fold(form)] {
			for _, text := range []string{
				sent, sent + sent, sent + "\n" + sent, "おはようございます" + sent + "今日もよろしく", "ｵﾊﾖｳ" + sent + "。", "in" + sent + "9:00",
			} {
				if got := m.Match(text); got != want {
					t.Errorf("phrase %q in %q: %+v", form, text, got)
				}
			}
		}
		often := strings.Repeat(form, MaxGraphemes)
		if got := compile(t, clockIn(often)).Match("今日も" + often + "！"); got != hit(timeclock.ClockIn, often, "") {
			t.Errorf("%q %d times: %+v", form, MaxGraphemes, got)
		}
		if got := compile(t, clockIn(form+form+form)).Match("あ" + form + form); got.Miss != timeclock.MissPhrase {
			t.Errorf("%q three times in two: %+v", form, got)
		}
	}
}

// Every form of every emoji is a trigger word, anywhere and at the head.
func TestEveryEmojiIsATriggerWord(t *testing.T) {
	forms, same := emoji(t)
	for _, form := range forms {
		s := clockIn("出勤", form)
		anywhere := compile(t, s)
		s.Position = Head
		head := compile(t, s)
		for _, sent := range same[Fold(form)] {
			want := hit(timeclock.ClockIn, "出勤", form)
			if got := anywhere.Match("これから出勤" + sent + "です"); got != want {
				t.Errorf("trigger %q after the phrase: %+v", sent, got)
			}
			if got := head.Match("@打刻Bot " + sent + "出勤"); got != want {
				t.Errorf("trigger %q at the head: %+v", sent, got)
			}
			if got := head.Match("出勤" + sent); got.Miss != timeclock.MissTrigger {
				t.Errorf("trigger %q not at the head: %+v", sent, got)
			}
		}
	}
}

// Beside any of these, and beside its neighbours in the list, an emoji is still found.
func TestEveryEmojiBesideOthers(t *testing.T) {
	forms, _ := emoji(t)
	beside := []string{"☀️", "👨‍👩‍👧", "🇯🇵", "1️⃣", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "ℹ️"}
	for i, form := range forms {
		m := compile(t, clockIn(form))
		others := append(beside[:len(beside):len(beside)], forms[(i+1)%len(forms)], forms[(i+len(forms)-1)%len(forms)])
		for _, o := range others {
			if tone := []rune(form); isTone(tone[0]) && len(split(Fold(o+form))) == 1 {
				continue // a tone after a person or a hand is not a square of its own
			}
			for _, text := range []string{o + form, o + form + o, o + form + form + o} {
				if got := m.Match(text); got.Kind != timeclock.ClockIn {
					t.Errorf("%q in %q: %+v", form, text, got)
				}
			}
			if next := []rune(o); isTone(next[0]) {
				continue // and it makes another emoji of form
			}
			if got := m.Match(form + o); got.Kind != timeclock.ClockIn {
				t.Errorf("%q in %q: %+v", form, form+o, got)
			}
		}
	}
}

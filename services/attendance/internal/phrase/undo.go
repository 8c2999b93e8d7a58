package phrase

import "github.com/dakoku/dakoku/services/attendance/internal/timeclock"

// undoWords take the last punch back, in the languages of the answers: as they are compared, with how they are written.
// Kana, width and case make no difference, as in phrases. They are ours and in no settings: a company that has one of
// them as a phrase punches by it, and takes back by the others.
var undoWords = foldAll("取消", "取り消し", "取消し", "とりけし", "キャンセル", "cancel", "undo", "취소", "撤销", "撤銷")

// longestUndo is how many characters the longest of them has. A longer message is none, at no cost.
const longestUndo = 6

func foldAll(words ...string) map[string]string {
	all := map[string]string{}
	for _, w := range words {
		all[folded(w)] = w
	}
	return all
}

// undo reads a message without a phrase: it takes a punch back when it has nothing but a word for that, after mentions
// at the head and with the trigger word where one is required. No sentence takes a punch back.
func (m *Matcher) undo(s *scan) timeclock.Reading {
	trigger := m.trigger(s)
	written, is := undoWords[s.between(s.message(m.needs))]
	switch {
	case !is:
		return timeclock.Reading{Miss: timeclock.MissPhrase}
	case m.needs && trigger == nil:
		return timeclock.Reading{Miss: timeclock.MissTrigger}
	case m.needs:
		return timeclock.Reading{Kind: timeclock.Undo, Phrase: written, Trigger: trigger.written}
	}
	return timeclock.Reading{Kind: timeclock.Undo, Phrase: written}
}

// message is what stands between the mentions at the head and the end, without the spaces around it, and without a
// trigger word that it begins or else ends with.
func (s *scan) message(triggered bool) (first, last int) {
	first, last = s.head, s.trim(len(s.tokens))
	if !triggered {
		return first, last
	}
	for at, e := range s.triggers() {
		switch {
		case at == s.head:
			return s.skip(at+e.tokens, true), last
		case at > s.head && at+e.tokens == last:
			return first, s.trim(at)
		}
	}
	return first, last
}

// trim is where the spaces before an end begin.
func (s *scan) trim(end int) int {
	for end > 0 && s.tokens[end-1] == space {
		end--
	}
	return end
}

// between is the folded text of the tokens from first to before last; empty when they are more than could be a word.
func (s *scan) between(first, last int) string {
	if first >= last || last-first > longestUndo {
		return ""
	}
	from, c := 0, cut(s.folded)
	for at := range last {
		start, end, _ := c.next()
		if at == first {
			from = start
		}
		if at == last-1 {
			return s.folded[from:end]
		}
	}
	return ""
}

package api

import (
	"slices"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/attendance/internal/correction"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// takenByCommands lists the words that could not punch, because a message of them asks for a correction: a phrase that is
// such a command by itself where no trigger word stands before it, and a trigger word that makes a command of a phrase
// behind it and may stand nowhere else.
func takenByCommands(words phrase.Settings) (bad []fault.Field) {
	m := phrase.New(words)
	for _, kind := range timeclock.Kinds() {
		for i, written := range words.Phrases[kind] {
			if len(words.Triggers) == 0 && asksFor(written, m) {
				bad = append(bad, invalid(phrase.Path(kind, i), "HIDDEN_BY_CORRECTION",
					"この語句のメッセージは修正申請として扱われるため、打刻できません。別の語句にしてください。",
					"A message with this phrase asks for a correction, so it could not punch. Use another phrase."))
			}
		}
	}
	for i, trigger := range words.Triggers {
		if words.Position == phrase.Head && asksForBefore(trigger, words, m) {
			bad = append(bad, invalid(phrase.Path("", i), "HIDDEN_BY_CORRECTION",
				"この言葉のあとに空白と打刻キーワードが続くメッセージは修正申請として扱われ、打刻できません。別の言葉にしてください。",
				"This word, a space and a punch keyword ask for a correction, so such a message could not punch. Use another word."))
		}
	}
	return bad
}

// asksFor tells whether a text that says how to punch is no punch all the same.
func asksFor(text string, m *phrase.Matcher) bool {
	command, ok := correction.Read(text)
	if !ok {
		return false
	}
	_, asks := command.In(whole(m), func() bool { return true })
	return asks
}

func asksForBefore(trigger string, words phrase.Settings, m *phrase.Matcher) bool {
	return slices.ContainsFunc(timeclock.Kinds(), func(kind timeclock.Kind) bool {
		return slices.ContainsFunc(words.Phrases[kind], func(p string) bool { return asksFor(trigger+" "+p, m) })
	})
}

package api

import (
	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// readSettings reads settings and names every bad field at once; words that ask for corrections, only
// where there are not too many or too long ones. What is left out has the contract's default.
func readSettings(m *attendancev1.PunchSettings) (store.Settings, error) {
	p := m.GetPhrases()
	s := store.Settings{
		Words: phrase.Settings{
			Phrases: map[timeclock.Kind][]string{
				timeclock.ClockIn: p.GetClockIn(), timeclock.BreakStart: p.GetBreakStart(), timeclock.BreakEnd: p.GetBreakEnd(),
				timeclock.ClockOut: p.GetClockOut(), timeclock.GoOut: p.GetGoOut(), timeclock.ComeBack: p.GetComeBack(),
			},
			Triggers: m.GetTriggerWords(), Position: phrase.Anywhere,
		},
		ReplyMode: store.ReplyAlways, ReplyAt: store.PlaceSameRoom,
	}
	bad := readChoices(m, &s)
	if _, err := phrase.Compile(s.Words); err != nil {
		f, ok := fault.From(err)
		if !ok {
			return s, err
		}
		bad = append(f.Fields(), bad...)
	}
	if s.Words.Bounded() { // of lists without a bound nobody asks what each pair of words would be
		bad = append(bad, takenByCommands(s.Words)...)
	}
	if bad != nil {
		return s, fault.Invalid(bad...)
	}
	return s, nil
}

func readChoices(m *attendancev1.PunchSettings, s *store.Settings) (bad []fault.Field) {
	switch position := m.GetTriggerPosition(); position {
	case attendancev1.PunchSettings_TRIGGER_POSITION_UNSPECIFIED:
	case attendancev1.PunchSettings_ANYWHERE, attendancev1.PunchSettings_HEAD:
		s.Words.Position = phrase.Position(position.String())
	default:
		bad = append(bad, unknownValue("triggerPosition"))
	}
	switch mode := m.GetReply().GetMode(); mode {
	case attendancev1.PunchSettings_Reply_MODE_UNSPECIFIED:
	case attendancev1.PunchSettings_Reply_ALWAYS, attendancev1.PunchSettings_Reply_PROBLEMS_ONLY, attendancev1.PunchSettings_Reply_NEVER:
		s.ReplyMode = mode.String()
	default:
		bad = append(bad, unknownValue("reply.mode"))
	}
	switch place := m.GetReply().GetPlace(); place {
	case attendancev1.PunchSettings_Reply_PLACE_UNSPECIFIED:
	case attendancev1.PunchSettings_Reply_SAME_ROOM, attendancev1.PunchSettings_Reply_DIRECT:
		s.ReplyAt = place.String()
	default:
		bad = append(bad, unknownValue("reply.place"))
	}
	return bad
}

func unknownValue(path string) fault.Field {
	return invalid(path, "UNKNOWN_VALUE", "選べる値ではありません。", "This value is not one of the choices.")
}

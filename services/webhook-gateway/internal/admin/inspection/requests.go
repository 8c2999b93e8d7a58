package inspection

import (
	"fmt"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// requests are correction requests by the names of the punches whose history
// they are.
type requests struct {
	made     map[string]*attendancev1.CorrectionRequest // by the punch that an approved one became
	replaced map[string]*attendancev1.CorrectionRequest // by the punch that an approved one voided
}

func requestsBy(list []*attendancev1.CorrectionRequest) requests {
	by := requests{map[string]*attendancev1.CorrectionRequest{}, map[string]*attendancev1.CorrectionRequest{}}
	for _, c := range list {
		if c.GetState() == attendancev1.CorrectionRequest_APPROVED {
			by.made[c.GetPunch()] = c
			if c.GetCorrects() != "" {
				by.replaced[c.GetCorrects()] = c
			}
		}
	}
	return by
}

// asked is who asked for a punch, when, how and why, and who decided what about
// it. The reason is of who asked, the comment of who decided.
func (p paper) asked(c *attendancev1.CorrectionRequest) []string {
	who := p.w.employee // from a talk room nobody else can ask
	if c.GetActor() != "" {
		who = p.who(c.GetActor())
	}
	channel := p.w.console
	if c.GetSource() == attendancev1.Punch_CHAT {
		channel = p.w.fromChat
	}
	told := []string{fmt.Sprintf(p.w.asked, p.time(c.GetCreateTime()), who, channel, c.GetReason())}
	if c.GetDecideTime() == nil {
		return told
	}
	decided := fmt.Sprintf(p.w.decided, p.w.name(c.GetState().String()), p.time(c.GetDecideTime()), p.who(c.GetDecider()))
	if c.GetComment() != "" {
		decided += fmt.Sprintf(p.w.commented, c.GetComment())
	}
	return append(told, decided)
}

// entered is how a punch came to be that nobody said in the talk.
func (p paper) entered(from *attendancev1.Punch) []string {
	switch asked := p.requests.made[from.GetName()]; {
	case asked != nil:
		return p.asked(asked)
	case from.GetSource() == attendancev1.Punch_REQUEST: // who approved it did not give its reason
		return []string{fmt.Sprintf(p.w.approved, p.time(from.GetReceiveTime()), p.who(from.GetActor()), from.GetReason())}
	case from.GetActor() != "":
		return []string{fmt.Sprintf(p.w.entered, p.time(from.GetReceiveTime()), p.who(from.GetActor()), from.GetReason())}
	}
	return nil
}

// voided is by whom and why a punch does not count any more, if it was voided.
func (p paper) voided(from *attendancev1.Punch) []string {
	if from.GetVoidTime() == nil {
		return nil
	}
	switch by := p.requests.replaced[from.GetName()]; {
	case from.GetUndoneBy() != "":
		return []string{fmt.Sprintf(p.w.undone, p.time(from.GetVoidTime()), from.GetVoidReason(), from.GetUndoneBy())}
	case by != nil:
		return append([]string{fmt.Sprintf(p.w.replacedBy, by.GetPunch())}, p.asked(by)...)
	}
	return []string{fmt.Sprintf(p.w.voidedBy, p.time(from.GetVoidTime()), p.who(from.GetVoidActor()), from.GetVoidReason())}
}

// request is a line among those of the period.
func (p paper) request(c *attendancev1.CorrectionRequest) []cell {
	changes := p.asked(c)
	if c.GetCorrects() != "" {
		changes = append(changes, fmt.Sprintf(p.w.replaces, c.GetCorrects()))
	}
	return []cell{
		{Text: p.w.name(c.GetKind().String())}, {Text: p.punched(c.GetTime(), c.GetTimeZone())}, {Text: p.date(c.GetBusinessDay())},
		{Text: p.w.name(c.GetState().String())}, {Changes: changes, ID: c.GetName()},
	}
}

package api

import (
	"github.com/google/uuid"

	"github.com/dakoku/dakoku/services/attendance/internal/correction"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// readCommand reads the words as a command, and notes what must be known to judge it. The value of one of our buttons
// goes before the text beside it, as with punches.
func (e *event) readCommand() {
	if _, ours := phrase.ReadButton(e.button); ours {
		return
	}
	if e.command, e.asks = correction.Read(e.text); e.asks {
		e.ref.Also = e.command.Around(e.ref.Issued)
	}
}

// whole tells the kinds of texts that are all of a phrase.
func whole(m *phrase.Matcher) func(string) (timeclock.Kind, bool) {
	return func(text string) (timeclock.Kind, bool) {
		reading, is := m.Whole(text)
		return reading.Kind, is
	}
}

// wish is what a command asks for, and why; asks is false for words that are no command where these phrases count. The
// reading is what they say otherwise.
func (e event) wish(m *phrase.Matcher, rules timeclock.Rules, reading func() timeclock.Reading) (wish timeclock.Wish, reason string, asks bool) {
	if !e.asks {
		return timeclock.Wish{}, "", false
	}
	request, asks := e.command.In(whole(m), func() bool { return reading().Kind != "" })
	at, ok := e.command.At(e.ref.Issued, rules)
	if !request.Clear || !ok {
		return timeclock.Wish{}, "", asks
	}
	return timeclock.Wish{Kind: request.Kind, At: at, Clear: true}, request.Reason, true
}

// ask judges a command, and makes the request that it comes to.
func (b *bench) ask(e event, f timeclock.Facts, w timeclock.Wish, reason string, s store.Settings, into *store.Verdicts) (store.Outcome, error) {
	decided := timeclock.Ask(f, w)
	outcome := outcomeRow(e, decided, s)
	person := b.known.Employees[e.person()]
	outcome.Employee, outcome.Name = person.ID, person.DisplayName
	if decided.Reason != timeclock.ReasonCorrectionRequested {
		return outcome, nil
	}
	id, err := uuid.NewV7()
	into.Asked = append(into.Asked, store.AskedCorrection{Tenant: e.ref.Tenant, Correction: store.Correction{
		ID: id.String(), Employee: person.ID, Event: e.ref.Key, Kind: w.Kind, Wanted: w.At, Day: decided.Day, Period: decided.Period.String(),
		Zone: f.Calendar.Zone.String(), Reason: reason, Requested: e.ref.Issued,
	}})
	return outcome, err
}

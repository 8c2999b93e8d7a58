package api

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/seal"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// RecordEvents judges a batch and answers in its order.
func (m *Machine) RecordEvents(ctx context.Context, req *attendancev1.RecordEventsRequest) (*attendancev1.RecordEventsResponse, error) {
	b := newBatch(req.GetEvents(), m)
	if len(b.events) == 0 {
		return &attendancev1.RecordEventsResponse{}, nil
	}
	if err := m.store.Record(ctx, b.refs(), b.judge); err != nil {
		return nil, err
	}
	return &attendancev1.RecordEventsResponse{Outcomes: b.answers()}, nil
}

// batch is one call on its way. judged and before are of the latest call of judge.
type batch struct {
	events  []event
	readers *readers
	keys    *seal.Keyring
	judged  map[store.Pair]store.Outcome // of this call
	before  map[store.Pair]store.Outcome // of earlier calls
}

func newBatch(events []*attendancev1.ChatEvent, m *Machine) *batch {
	b := &batch{readers: m.readers, keys: m.keys}
	for _, e := range events {
		b.events = append(b.events, readEvent(e))
	}
	return b
}

func (b *batch) refs() []store.Ref {
	refs := make([]store.Ref, 0, len(b.events))
	for _, e := range b.events {
		refs = append(refs, e.ref)
	}
	return refs
}

// ordered is the batch by issued time, so that the events of one person are judged in the order they happened.
func (b *batch) ordered() []event {
	return slices.SortedFunc(slices.Values(b.events), func(x, y event) int {
		return cmp.Or(x.ref.Issued.Compare(y.ref.Issued), cmp.Compare(x.ref.Key, y.ref.Key))
	})
}

// judge decides every event that has no outcome yet.
func (b *batch) judge(known store.Known) (store.Verdicts, error) {
	b.before, b.judged = known.Outcomes, map[store.Pair]store.Outcome{}
	bench := bench{known: known, readers: b.readers, keys: b.keys}
	var verdicts store.Verdicts
	for _, e := range b.ordered() {
		_, old := b.before[e.key()]
		if _, double := b.judged[e.key()]; old || double {
			continue
		}
		outcome, err := bench.judge(e, &verdicts)
		if err != nil {
			return verdicts, err
		}
		b.judged[e.key()] = outcome
		verdicts.Outcomes = append(verdicts.Outcomes, outcome)
	}
	return verdicts, nil
}

func (b *batch) answers() []*attendancev1.EventOutcome {
	answers := make([]*attendancev1.EventOutcome, 0, len(b.events))
	answered := map[store.Pair]bool{}
	for i, e := range b.events {
		outcome, repeated := b.before[e.key()]
		if !repeated {
			outcome, repeated = b.judged[e.key()], answered[e.key()]
		}
		answered[e.key()] = true
		answers = append(answers, outcomeMessage(outcome, b.events[i].ref.Key, repeated))
	}
	return answers
}

// bench judges one event after the other on what is known, and remembers the punches it recorded and held.
type bench struct {
	known   store.Known
	readers *readers
	keys    *seal.Keyring
}

func (b *bench) judge(e event, into *store.Verdicts) (store.Outcome, error) {
	calendar, ready := b.known.Calendars[store.MomentOf(e.ref.Tenant, e.ref.Issued)]
	if !ready {
		return store.Outcome{}, store.CompanyNotReady(e.ref.Tenant)
	}
	r := b.reader(store.Pair{Tenant: e.ref.Tenant, ID: e.ref.Connection})
	facts := timeclock.Facts{
		Event: e.domain(), ConnectionActive: e.active, TokenRevoked: e.revoked, Calendar: calendar,
		Punches: b.known.Punches[e.person()], Held: b.known.Held[e.person()], Locks: b.known.Locks[e.person()],
	}
	person, linked := b.known.Employees[e.person()]
	if linked {
		facts.Employee = &timeclock.Employee{Name: person.DisplayName, Active: person.Active}
	}
	reading := sync.OnceValue(func() timeclock.Reading { return e.reading(r.matcher) })
	if wish, reason, asks := e.wish(r.matcher, calendar.Rules, reading); asks {
		return b.ask(e, facts, wish, reason, r.settings, into)
	}
	facts.Reading = reading()
	decided := timeclock.Decide(facts)
	outcome := outcomeRow(e, decided, r.settings)
	outcome.Employee, outcome.Name = person.ID, person.DisplayName
	if decided.Verdict != timeclock.Recorded && !decided.Kept() {
		return outcome, nil
	}
	punch, err := b.punch(e, facts, decided, r.settings)
	if decided.Kept() {
		into.Held = append(into.Held, store.NewHeldPunch{NewPunch: punch, Period: decided.Period.String()})
		held := timeclock.HeldPunch{Key: punch.Key, Kind: punch.Kind, Issued: punch.Issued, Day: decided.Day, Period: decided.Period}
		b.known.Held[e.person()] = append(b.known.Held[e.person()], held)
		return outcome, err
	}
	outcome.Punch, into.Punches = punch.ID, append(into.Punches, punch)
	b.known.Punches[e.person()] = append(b.known.Punches[e.person()], punch.Punch.Punch)
	return outcome, err
}

func (b *bench) reader(connection store.Pair) reader {
	settings, stored := b.known.Settings[connection]
	if !stored {
		settings = store.DefaultSettings()
	}
	return b.readers.of(connection, settings)
}

func (b *bench) punch(e event, f timeclock.Facts, d timeclock.Outcome, s store.Settings) (store.NewPunch, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return store.NewPunch{}, err
	}
	punch := store.NewPunch{
		Punch: store.Punch{
			Punch: f.Punch(), ID: id.String(), Employee: e.ref.Employee, Received: e.received, Day: d.Day,
			Source: store.SourceChat, Phrase: f.Reading.Phrase, Trigger: f.Reading.Trigger,
			Connection: e.ref.Connection, SettingsVersion: s.Version,
		},
		Tenant: e.ref.Tenant,
	}
	if e.text != "" {
		punch.SealedText, err = b.keys.Seal(store.TextContext(e.ref.Tenant, punch.ID), []byte(e.text))
	}
	return punch, err
}

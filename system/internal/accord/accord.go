// Package accord checks that the public door and attendance tell the same of every event: that each one accepted has
// exactly one outcome, and the same one in both (invariant I1).
//
// It knows what a terminal outcome is. It refuses to know tables and what an outcome means; each context reads its own.
package accord

import (
	"context"
	"encoding/hex"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/attendance"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// Problem is how an event breaks the accord.
type Problem string

// Problems.
const (
	NoOutcome    Problem = "NO_OUTCOME"     // judged, says the inbox, but attendance knows nothing of it
	OtherOutcome Problem = "OTHER_OUTCOME"  // attendance judged otherwise
	Twice        Problem = "TWICE_ACCEPTED" // one event is in the inbox as two
)

// Text says it in Japanese and English.
func (p Problem) Text() (ja, en string) {
	text := map[Problem][2]string{
		NoOutcome:    {"受信箱では処理済みのイベントに、勤怠の判定がありません", "the inbox says that the event was judged, but there is no outcome"},
		OtherOutcome: {"受信箱と勤怠で、イベントの判定が異なります", "the inbox and attendance tell different outcomes of the event"},
		Twice:        {"1つのイベントが2つとして受信されています", "one event was accepted as two"},
	}[p]
	return text[0], text[1]
}

// Finding is one event that breaks the accord.
type Finding struct {
	Tenant, Event string // ids; the event's is that of the inbox
	Key           string // of the event, in hex
	Problem       Problem
}

// Report is what a check found.
type Report struct {
	Here     bool  // the inbox is in this database; it may have one of its own
	Events   int64 // that were compared
	Findings []Finding
}

// Verify compares every judged event of one moment of the inbox with its outcome, which was there before; the login of
// the URL must own the tables of both contexts or be a superuser. It changes nothing.
func Verify(ctx context.Context, url config.Secret) (Report, error) {
	var report Report
	check := gateway.InboxCheck{Twice: func(e gateway.JudgedEvent) { report.find(e, Twice) }}
	check.Judged = func(ctx context.Context, events []gateway.JudgedEvent) error { return report.compare(ctx, url, events) }
	err := check.Run(ctx, url)
	report.Here = check.There
	return report, err
}

func (r *Report) find(e gateway.JudgedEvent, p Problem) {
	r.Findings = append(r.Findings, Finding{e.Tenant, e.ID, hex.EncodeToString(e.Key), p})
}

func (r *Report) compare(ctx context.Context, url config.Secret, events []gateway.JudgedEvent) error {
	tenants, keys := make([]string, len(events)), make([][]byte, len(events))
	for i, e := range events {
		tenants[i], keys[i] = e.Tenant, e.Key
	}
	outcomes, err := attendance.Outcomes(ctx, url, tenants, keys)
	if err != nil {
		return err
	}
	for i, e := range events {
		r.Events++
		switch o := outcomes[i]; {
		case o.Verdict == "" && o.Erased: // it was there, and its time was over
		case o.Verdict == "":
			r.find(e, NoOutcome)
		case o.Verdict != e.Outcome || o.Reason != e.Reason || o.Punch != e.Punch:
			r.find(e, OtherOutcome)
		}
	}
	return nil
}

package inbox_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/dispatch"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
)

// recorder is a journey on which everything is a punch.
type recorder struct{ *backlog }

// Handle records.
func (r recorder) Handle(ctx context.Context, rows []inbox.Row) []journey.Result {
	results := r.backlog.Handle(ctx, rows)
	for i := range results {
		results[i].Verdict = inbox.Verdict{Outcome: inbox.Recorded, Employee: "e", Punch: rows[i].ID}
	}
	return results
}

// What a version left that ended at each event it began, far more often than a row may be
// begun, the version after it records, all of it.
func TestAHeirRecordsWhatACrashLoopLeft(t *testing.T) {
	const total = 12
	data, dir := pgtest.New(t, inbox.Migrations()), t.TempDir()
	order := make([]int, total)
	for n := range order {
		order[n] = n
	}
	fill(t, open(t, data, dir), total, total, order)
	again := func() {
		t.Helper()
		if _, err := data.Owner(t).Exec(t.Context(), `update gateway.inbox set due_at = now() - interval '1 second' where due_at is not null`); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // lives that take all, then as many with one at a time
		if _, err := open(t, data, dir).Claim(t.Context()); err != nil {
			t.Fatal(err)
		}
		again()
	}
	box := open(t, data, dir)
	for range 12 * total {
		if one, err := box.Suspect(t.Context()); err != nil || len(one) != 1 {
			t.Fatal(one, err)
		}
		again()
	}
	b := &backlog{all: make(chan struct{}), total: total, last: map[string]time.Time{}}
	heir := &door{Inbox: open(t, data, dir)}
	heir.Dispatcher = dispatch.New(heir.Inbox, recorder{b}, b, zap.NewNop(), dispatch.Backoff{})
	stop := heir.works(t.Context())
	b.await(t)
	stop()
	if n := rows(t, data, `outcome = 'RECORDED'`); n != total {
		t.Errorf("%d of %d are recorded, %d in quarantine", n, total, rows(t, data, `outcome = 'QUARANTINED'`))
	}
}

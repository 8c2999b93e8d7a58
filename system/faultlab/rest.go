package faultlab

import (
	"context"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/faultlab/recorder"
)

// rest waits until no row waits for its outcome and no answer to be sent, three times
// in a row; or until the context ends: then
// it tells how many do.
func (r *run) rest(ctx context.Context, conn *pgx.Conn) (open int) {
	for calm := 0; calm < 3; {
		err := conn.QueryRow(ctx, `select (select count(*) from gateway.inbox where done_at is null)
			+ (select count(*) from integration.outbound_message where state = 'QUEUED')`).Scan(&open)
		if calm++; err != nil || open > 0 {
			calm = 0
		}
		select {
		case <-ctx.Done():
			return open
		case <-time.After(300 * time.Millisecond):
		}
	}
	return 0
}

// calls puts what LINE WORKS saw since an entry of its ledger into a journal.
func (r *run) calls(journal *recorder.Journal, after int64) error {
	for _, e := range r.simulator.Ledger(simulator.Query{Kind: simulator.Called, Class: simulator.ClassMessages, After: after}) {
		path, err := url.PathUnescape(e.Path)
		if err != nil {
			path = e.Path
		}
		if err := journal.Write(recorder.Entry{Call: &recorder.Call{At: e.Time, Bot: e.Bot, Path: path, Status: e.Status, Body: e.Body}}); err != nil {
			return err
		}
	}
	return nil
}

// gone puts into the journal when which door was not there.
func (r *run) gone() error {
	for _, one := range r.nemesis.Gone() {
		if err := r.journal.Write(recorder.Entry{Gone: &one}); err != nil {
			return err
		}
	}
	return nil
}

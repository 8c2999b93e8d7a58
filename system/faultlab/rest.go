package faultlab

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/faultlab/checker"
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

// remember writes down what may never change once half of the events are sent, from the
// standby: what it has is lost by no failover. It tries until it succeeds or the context
// ends.
func (r *run) remember(ctx context.Context) {
	for ctx.Err() == nil {
		if r.sender.Sent.Load() >= int64(r.Tier.Events)/2 && r.write(ctx) == nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (r *run) write(ctx context.Context) error {
	conn, err := r.on.Cluster.Standby(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	part := r.facts() + ".part"
	if err := checker.Remember(ctx, conn, part); err != nil {
		return err
	}
	return os.Rename(part, r.facts())
}

// facts is where what may never change is written down.
func (r *run) facts() string { return filepath.Join(r.Dir, "facts.txt") }

// recall loads what was written down, if anything was.
func (r *run) recall(ctx context.Context, conn *pgx.Conn) (err error) {
	r.recalled, err = checker.Recall(ctx, conn, r.facts())
	if errors.Is(err, fs.ErrNotExist) { // the report says so
		return nil
	}
	return err
}

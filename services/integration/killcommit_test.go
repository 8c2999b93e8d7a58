package integration_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

// commits are the two sides of each commit that carries an answer, apart from those
// that TestKilledWhileSending knows. A write that is held has not been committed; of a
// commit that is held the process never learns that it was made.
var commits = map[string]struct {
	write, held string // what is held: a write of a table, and until when
	kept        int    // rows that the dead process left
	tokens      int    // token calls, all processes together
}{
	"accepted, not committed":    {"insert on integration.outbound_message", "initially immediate", 0, 1},
	"accepted, nobody told":      {"insert on integration.outbound_message", "initially deferred", 1, 1},
	"token had, not committed":   {"update on integration.access_token", "initially immediate", 1, 2},
	"token kept, not known here": {"update on integration.access_token", "initially deferred", 1, 1},
}

const held = `select exists (select from pg_locks where locktype = 'advisory' and objid = 4711 and not granted
	and database = (select oid from pg_database where datname = current_database()))`

// hold keeps back the write, or the commit after it, until let go; then it waits until
// whoever was held has ended.
func (m *murder) hold(t *testing.T, write, until string) (letGo func()) {
	t.Helper()
	ctx, owner := context.WithoutCancel(t.Context()), m.db.Owner(t)
	must := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	_, err := owner.Exec(ctx, `create or replace function integration.hold() returns trigger language plpgsql as
			$$ begin perform pg_advisory_xact_lock(4711); return null; end $$;
		create constraint trigger hold after `+write+` deferrable `+until+` for each row execute function integration.hold()`)
	must(err)
	tx, err := owner.Begin(ctx)
	must(err)
	_, err = tx.Exec(ctx, `select pg_advisory_xact_lock(4711)`)
	must(err)
	return func() {
		must(tx.Rollback(ctx))
		_, err := owner.Exec(ctx, `drop function integration.hold() cascade`)
		must(err)
	}
}

// A process is killed with -9 at the commit of an answer it accepts, and at that of
// the access token it has just been given: the answer is read once, and at most one
// token more is fetched.
func TestKilledAtACommit(t *testing.T) {
	t.Parallel()
	for name, c := range commits {
		t.Run(name, func(t *testing.T) {
			clock := fast{time.Now(), 10}
			w := newWorldAt(t, simulator.Config{Now: clock.now}, func(c *integration.Config) { c.Now, c.Wait = clock.now, clock.wait })
			tenant := uuid.NewString()
			conn, keys := w.activeV2(as(t, tenant), t)
			w.stop()
			w.forget(t, "access_token")
			fetched := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken}))
			m := &murder{world: w, person: w.user(t, "p@example").ID, done: make(chan struct{}), victim: w.spawn(t, clock)}
			letGo := m.hold(t, c.write, c.held)
			go m.killWhen(t, held)
			answer := reply(tenant, conn, key(t), integrationv1.Credentials_V2, m.person, "出勤 09:00 を記録しました。")
			_, err := m.victim.machine.SendReplies(t.Context(), &integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{answer}})
			<-m.done
			letGo()
			var kept int
			if e := w.db.Owner(t).QueryRow(t.Context(), `select count(*) from integration.outbound_message`).Scan(&kept); e != nil || kept != c.kept {
				t.Errorf("%d rows are kept, want %d: %v; the caller: %v", kept, c.kept, e, err)
			}
			w.start(t)
			w.send(t, answer) // the gateway repeats what it got no answer to
			m.judge(t, keys.BotID, 1)
			if n := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken})) - fetched; n != c.tokens {
				t.Errorf("%d token calls, want %d", n, c.tokens)
			}
		})
	}
}

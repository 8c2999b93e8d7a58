package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// newNoted are the events of the audit behind the first so many, the oldest first, each with its actor and with every
// change that is in it.
func (f *fixture) newNoted(t *testing.T, behind int) []string {
	t.Helper()
	rows, err := f.owner.Query(t.Context(), `
select concat_ws(' ', e.actor_kind, nullif(e.actor, ''), e.action) || ':' || string_agg(concat_ws(' ', '', c.resource = 'connections/' || $1, c.entity,
       c.before ->> 'state', nullif(c.before ->> 'state_reason', ''), c.after ->> 'state', nullif(c.after ->> 'state_reason', ''), nullif(c.after ->> 'state_detail', '')), ',' order by c.place)
  from integration.audit_events e join integration.audit_changes c on c.tenant_id = e.tenant_id and c.event_id = e.id
 group by e.id, e.actor_kind, e.actor, e.action order by min(c.place) offset $2`, f.lane.Connection, behind)
	if err != nil {
		t.Fatal(err)
	}
	noted, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return noted
}

// answered settles the next message that waits; a refusal breaks the connection.
func (f *fixture) answered(t *testing.T, refused bool) {
	t.Helper()
	f.clock.pass(time.Minute)
	v := outbound.Verdict{State: outbound.Sent, Mend: true}
	if refused {
		v = outbound.Verdict{State: outbound.Queued, Due: f.clock.now(), Close: time.Second, Break: connection.Cause{Reason: connection.KeysRefused, Code: "X"}}
	}
	f.settle(t, f.claimNext(t), v)
}

// lookedUp settles a look-up in a context.
func (f *fixture) lookedUp(ctx context.Context, t *testing.T, refused bool) {
	t.Helper()
	v := directory.Verdict{Own: true}
	if refused {
		v.Break, v.Cause = true, connection.Cause{Reason: connection.KeysRefused, Code: "X"}
	}
	if _, err := f.SettleLookUp(ctx, f.tenant, f.lane.Connection, "u", directory.Standing{}, v); err != nil {
		t.Fatal(err)
	}
}

// A connection that breaks or mends by itself is noted once, of the system, with nothing else in the event; what changes
// no state is not noted. What comes of the call of a person is in that person's event.
func TestWhatAConnectionDoesByItselfIsNotedOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if _, err := f.owner.Exec(t.Context(), `update integration.connection set state = 'ACTIVE'`); err != nil {
		t.Fatal(err)
	}
	f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem))
	person := rpc.WithCaller(t.Context(), rpc.Caller{Tenant: f.tenant, Kind: rpc.KindAccount, Account: "a1"})
	const broke, mended = "system BREAK_CONNECTION: t connection ACTIVE BROKEN KEYS_REFUSED X", "system MEND_CONNECTION: t connection BROKEN KEYS_REFUSED ACTIVE"
	behind := 0
	for _, step := range []struct {
		what string
		do   func()
		want []string
	}{
		{"an answer is refused", func() { f.answered(t, true) }, []string{broke}},
		{"and again", func() { f.answered(t, true) }, nil},
		{"an answer arrives", func() { f.answered(t, false) }, []string{mended}},
		{"and the next", func() { f.answered(t, false) }, nil},
		{"a look-up is refused", func() { f.lookedUp(t.Context(), t, true) }, []string{broke}},
		{"and again", func() { f.lookedUp(t.Context(), t, true) }, nil},
		{"a look-up is answered", func() { f.lookedUp(t.Context(), t, false) }, []string{mended}},
		{"and the next", func() { f.lookedUp(t.Context(), t, false) }, nil},
	} {
		step.do()
		if got := f.newNoted(t, behind); !slices.Equal(got, step.want) {
			t.Errorf("%s: noted are %q", step.what, got)
		}
		behind += len(step.want)
	}
	if err := f.in(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		is, err := readConnection(ctx, tx, f.tenant, f.lane.Connection, "")
		if err != nil {
			return err
		}
		if err := writeOwnState(ctx, tx, is.Break(connection.Cause{Reason: connection.KeysRefused, Code: "X"})); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update integration.connection set display_name = 'x'`)
		return err
	}, f.tenant); err != nil {
		t.Fatal(err)
	}
	if got := f.newNoted(t, behind); !slices.Equal(got, []string{broke}) {
		t.Errorf("with what follows in the transaction: %q", got)
	}
	f.lookedUp(person, t, false)
	behind++
	if got := f.newNoted(t, behind); len(got) != 1 || got[0][:len("account a1 ")] != "account a1 " {
		t.Errorf("in the call of a person: %q", got)
	}
}

// A connection that somebody disables while the refusal of its keys is settled stays as it
// was put: what is judged is how it stands under its lock, and nothing is written.
func TestAStateThatChangedMeanwhileIsLeftAlone(t *testing.T) {
	f := active(t)
	f.accept(t, f.draft("a", outbound.Problem))
	l := f.claimNext(t)
	tx, err := f.owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	var disabled, now string
	if err := tx.QueryRow(t.Context(), `update integration.connection set state = 'DISABLED', revision = revision + 1 returning pg_current_xact_id()::xid::text`).Scan(&disabled); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		v := outbound.Verdict{State: outbound.Queued, Due: f.clock.now(), Close: time.Second, Break: connection.Cause{Reason: connection.KeysRefused, Code: "X"}}
		_, err := f.Settle(t.Context(), *l, v, f.clock.now())
		ended <- err
	}()
	f.blocked(t)
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := f.owner.QueryRow(t.Context(), `select xmin::text from integration.connection where state = 'DISABLED'`).Scan(&now); err != nil || now != disabled {
		t.Errorf("written by %s, disabled by %s, %v", now, disabled, err)
	}
}

package store

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

type fixture struct {
	*Store
	clock  *clock
	owner  *pgx.Conn
	data   *pgtest.Database
	tenant string
	lane   outbound.Lane
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return newFixtureOn(t, pgtest.New(t, Migrations()), filepath.Join(t.TempDir(), "keys.json"))
}

// newFixtureOn is a fixture on a database, with its keys in a file.
// newBareFixture has no connection; its schema may be an older one.
func newBareFixture(t *testing.T, d *pgtest.Database, path string) *fixture {
	t.Helper()
	db := d.Open(t, Migrations().Role())
	keys, err := seal.LoadOrCreate(t.Context(), path, postgres.NewSealCheck(db, Migrations()))
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{at: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
	return &fixture{Store: New(db, keys, c.now), clock: c, owner: d.Owner(t), data: d, tenant: uuid.NewString()}
}

func newFixtureOn(t *testing.T, d *pgtest.Database, path string) *fixture {
	t.Helper()
	f := newBareFixture(t, d, path)
	conn, err := f.CreateConnection(t.Context(), f.tenant, "本社", false)
	if err != nil {
		t.Fatal(err)
	}
	f.lane = outbound.Lane{Tenant: f.tenant, Connection: conn.ID}
	return f
}

func (f *fixture) draft(key string, p outbound.Priority) outbound.Draft {
	sum := sha256.Sum256([]byte(key))
	return outbound.Draft{Tenant: f.tenant, Connection: f.lane.Connection, EventKey: sum[:], Version: credential.V2, Priority: p,
		Content: lineworks.Message{User: key, Texts: []lineworks.Text{{Language: "ja_JP", Text: key}}}}
}

func (f *fixture) accept(t *testing.T, drafts ...outbound.Draft) []outbound.Accepted {
	t.Helper()
	out, err := f.Accept(t.Context(), drafts)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (f *fixture) claimNext(t *testing.T) *outbound.Letter {
	t.Helper()
	claim, err := f.Claim(t.Context(), f.lane, 60000, f.clock.now(), f.clock.now().Add(20*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return claim.Letter
}

func (f *fixture) settle(t *testing.T, l *outbound.Letter, v outbound.Verdict) bool {
	t.Helper()
	own, err := f.Settle(t.Context(), *l, v, f.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func TestProblemsGoFirst(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Confirmation))
	f.clock.pass(time.Second)
	f.accept(t, f.draft("b", outbound.Confirmation), f.draft("c", outbound.Problem))
	for _, want := range []string{"c", "a", "b"} {
		m := f.claimNext(t)
		if m == nil || m.Messages[0].Content.User != want || m.Messages[0].Attempts != 0 {
			t.Fatalf("got %+v, want %s", m, want)
		}
		f.settle(t, m, outbound.Verdict{State: outbound.Sent, Mend: true})
	}
	if m := f.claimNext(t); m != nil {
		t.Fatalf("a fourth message: %+v", m)
	}
}

func TestFenceAndTerminalStates(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Problem))
	first := f.claimNext(t)
	if f.claimNext(t) != nil {
		t.Fatal("a leased message was claimed")
	}
	f.clock.pass(21 * time.Second)
	second := f.claimNext(t)
	if second == nil || second.Messages[0].Ambiguous != 1 || second.Messages[0].Attempts != 1 {
		t.Fatalf("a lease that ran out: %+v", second)
	}
	if f.settle(t, first, outbound.Verdict{State: outbound.Sent}) {
		t.Error("a lost claim was settled")
	}
	if !f.settle(t, second, outbound.Verdict{State: outbound.Failed, Reason: "X"}) {
		t.Error("the own claim was not settled")
	}
	if f.settle(t, second, outbound.Verdict{State: outbound.Sent}) {
		t.Error("a failed message was sent afterwards")
	}
	if _, err := f.owner.Exec(t.Context(), `update integration.outbound_message set state = 'QUEUED', finished_at = null, content = ''`); postgres.Code(err) != "42501" {
		t.Errorf("the owner of the table changed a terminal state: %v", err)
	}
	var erased bool
	if err := f.owner.QueryRow(t.Context(), `select content is null from integration.outbound_message`).Scan(&erased); err != nil || !erased {
		t.Errorf("the content outlived the message: %v", err)
	}
}

func TestClosedGates(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem))
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Reason: "HTTP_503", Due: f.clock.now(), Close: 10 * time.Second})
	lanes := func() int {
		due, err := f.DueLanes(t.Context(), f.clock.now(), nil, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(due)
	}
	if f.claimNext(t) != nil || lanes() != 0 {
		t.Fatal("a closed connection sends")
	}
	f.clock.pass(10 * time.Second)
	if lanes() != 1 {
		t.Fatal("an open connection is not listed")
	}
	if due, err := f.DueLanes(t.Context(), f.clock.now(), []outbound.Lane{f.lane}, 10); err != nil || len(due) != 0 {
		t.Fatalf("a known connection is listed, in the place of another: %v %v", due, err)
	}
	m := f.claimNext(t)
	if m.Failures != 1 {
		t.Errorf("%d failures", m.Failures)
	}
	f.settle(t, m, outbound.Verdict{State: outbound.Sent, Mend: true})
	if m = f.claimNext(t); m == nil || m.Failures != 0 {
		t.Fatalf("success does not forget failures: %+v", m)
	}
}

func TestBrokenAndMended(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	state := func() connection.State {
		c, err := f.Connection(t.Context(), f.tenant, f.lane.Connection)
		if err != nil {
			t.Fatal(err)
		}
		return c.State
	}
	f.accept(t, f.draft("a", outbound.Problem))
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Due: f.clock.now(), Close: time.Second, Break: connection.Cause{Reason: connection.KeysRefused, Code: "X"}})
	if state() != connection.Draft {
		t.Errorf("a draft broke: %s", state())
	}
	if _, err := f.owner.Exec(t.Context(), `update integration.connection set state = 'ACTIVE'`); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(time.Second)
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Due: f.clock.now(), Close: time.Second, Break: connection.Cause{Reason: connection.KeysRefused, Code: "X"}})
	if state() != connection.Broken {
		t.Errorf("refused keys: %s", state())
	}
	f.clock.pass(time.Second)
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Sent, Mend: true})
	if state() != connection.Active {
		t.Errorf("accepted keys: %s", state())
	}
}

func TestOneRenewalAtATime(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	now := f.clock.now()
	set := f.put(t, v2Set("2000001"), false).Current.ID
	var winners int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			won, err := f.ClaimRenewal(context.WithoutCancel(t.Context()), f.tenant, set, 0, now, now.Add(time.Minute))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if won {
				winners++
			}
		})
	}
	all.Wait()
	if winners != 1 {
		t.Fatalf("%d winners", winners)
	}
	next := access.Stored{Access: "canary-token", Version: 1, Expires: now.Add(time.Hour), RefreshAt: now.Add(time.Minute)}
	if err := f.SaveAccessToken(t.Context(), f.tenant, set, next); err != nil {
		t.Fatal(err)
	}
	got, err := f.AccessToken(t.Context(), f.tenant, set)
	if err != nil || got.Access.Reveal() != "canary-token" || got.Version != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if won, err := f.ClaimRenewal(t.Context(), f.tenant, set, 0, now, now.Add(time.Minute)); err != nil || won {
		t.Errorf("a renewal of an old version was claimed: %v", err)
	}
	if won, err := f.ClaimRenewal(t.Context(), f.tenant, set, 1, now, now.Add(time.Minute)); err != nil || !won {
		t.Errorf("the saved token ended no claim: %v", err)
	}
}

func TestOtherOrganizationsAreInvisible(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Problem))
	err := f.db.InTx(t.Context(), postgres.Tenants(uuid.NewString()), func(ctx context.Context, tx pgx.Tx) error {
		for _, table := range []string{"connection", "callback_token", "credentials", "access_token", "connection_bot", "credential_change", "secret_use",
			"account_link", "account_link_change", "unlinked_sender", "link_sync", "link_sync_person", "link_sync_result", "sender", "outbound_message", "gate", "budget"} {
			var rows int
			if err := tx.QueryRow(ctx, `select count(*) from integration.`+table).Scan(&rows); err != nil || rows != 0 {
				t.Errorf("%s shows %d rows of others (%v)", table, rows, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = f.db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `select * from integration.connection`)
		return err
	})
	if err == nil {
		t.Error("a transaction without an organization reads connections")
	}
}

func TestForeignConnectionTakesNoMessage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	d := f.draft("a", outbound.Problem)
	d.Tenant = uuid.NewString()
	good := f.draft("b", outbound.Problem)
	if _, err := f.Accept(t.Context(), []outbound.Draft{good, d}); !fault.HasReason(err, "CONNECTION_NOT_FOUND") {
		t.Fatalf("%v", err)
	}
	if f.claimNext(t) != nil {
		t.Error("part of a refused batch was stored")
	}
}

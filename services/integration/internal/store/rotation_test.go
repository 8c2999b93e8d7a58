package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// What is a bytea is sealed, or it is here with the reason why it need not be.
func TestEverySealedColumnIsDeclared(t *testing.T) {
	t.Parallel()
	declared := []string{
		"account_link_change.digest", // a hash of one entry after the other
		"callback_token.token_hash",  // a hash of 256 random bits
		"outbound_message.event_key", // a hash that keeps repetitions apart
		"outbound_message.recipient", // the start of a hash, names nobody
		"schema_migrations.sha256",
	}
	for _, c := range Sealed() {
		declared = append(declared, c.Table+"."+c.Column)
	}
	slices.Sort(declared)
	if got := pgtest.New(t, Migrations()).Columns(t, "integration", "bytea"); !slices.Equal(got, declared) {
		t.Errorf("columns of bytes: %v\n     declared: %v", got, declared)
	}
}

// The worker role wraps anew and can do nothing else to what is sealed.
func TestARotationChangesNothingButTheWrapping(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.fill(t, 1)
	for _, c := range Sealed() {
		table := "integration." + c.Table
		for _, statement := range []string{
			fmt.Sprintf("update %s set %s = %s || 'x'", table, c.Column, c.Column),
			fmt.Sprintf("update %s set %s = ''", table, c.Column),
			"delete from " + table,
		} {
			var hit int64
			err := f.across(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
				tag, err := tx.Exec(ctx, statement)
				hit = tag.RowsAffected()
				return err
			})
			// Of messages it may delete those that have ended, and here is none.
			forgets := statement == "delete from integration.outbound_message"
			if refused := postgres.Code(err) == "42501"; !refused && (!forgets || err != nil) || hit != 0 {
				t.Errorf("%s: %d rows, %v", statement, hit, err)
			}
		}
	}
}

// fill stores something sealed in every column.
func (f *fixture) fill(t *testing.T, messages int) {
	t.Helper()
	if _, err := f.IssueToken(t.Context(), f.tenant, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	f.put(t, v2Set("1"), false)
	var set string
	if err := f.owner.QueryRow(t.Context(), `select id::text from integration.credentials`).Scan(&set); err != nil {
		t.Fatal(err)
	}
	if won, err := f.ClaimRenewal(t.Context(), f.tenant, set, 0, f.clock.now(), f.clock.now()); err != nil || !won {
		t.Fatal(won, err)
	}
	if err := f.SaveAccessToken(t.Context(), f.tenant, set, access.Stored{Access: "canary", Version: 1}); err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		f.accept(t, f.draft(fmt.Sprint("m", i), outbound.Confirmation))
	}
}

// The steps at which TestKilledRotations ends the rotation, with how many times.
// "value" is a number of values into the work.
var deaths = map[string]int{"begun": 5, "added": 8, "promoted": 8, "value": 16, "passed": 9, "zero": 2, "disabled": 2}

// full tells that tests run at the size that docs/testing.md names: 50 deaths at
// each step, and as much traffic as there may be.
func full() bool { return os.Getenv("DAKOKU_TEST_FULL") != "" }

// deathsAt is how many times the rotation is killed at a step.
func deathsAt(step string) int {
	if full() {
		return 50
	}
	return deaths[step]
}

// leastDeaths is how many of them must happen: all, for every run comes to every
// step; but one that goes on after another may meet fewer values than it waits for.
func leastDeaths(step string) int {
	if step == "value" {
		return deathsAt(step) * 3 / 8
	}
	return deathsAt(step)
}

const rotationEnv = "STORE_TEST_ROTATION" // url|keys|step|nth

// rotationGrace is a little more than the second within which a process learns of
// a new key. That what it sealed before is stored by then is for caughtUp to see:
// on a busy machine a transaction may take longer than any grace of a test.
const rotationGrace = 1100 * time.Millisecond

// TestRotatingProcess is the process that TestKilledRotations starts: one run of
// the command, which may kill itself at a step.
func TestRotatingProcess(t *testing.T) {
	order := strings.Split(os.Getenv(rotationEnv), "|")
	if len(order) != 4 {
		return // not started by the other test
	}
	var nth int
	_, _ = fmt.Sscan(order[3], &nth)
	db, err := postgres.Open(t.Context(), postgres.Config{URL: config.Secret(order[0]), Role: Migrations().Role(), MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	wait := waitForOthers(t)
	err = seal.Rotation{
		Source: seal.Source{Path: order[1]}, Check: postgres.NewSealCheck(db, Migrations()),
		Holdings: postgres.NewSealed(db, Migrations(), Sealed()...), Grace: rotationGrace, Say: func(string) {},
		Reached: func(step string) {
			if step == order[2] {
				if nth--; nth < 0 {
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
					select {}
				}
			}
			if step == "passed" {
				wait()
			}
		},
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
}

// rotateAs runs the rotating process and tells whether it was killed. Each time
// it has passed over everything it waits until others have caught up.
func rotateAs(t *testing.T, url, keys, step string, nth int, others *traffic) bool {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRotatingProcess$")
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%s|%d", rotationEnv, url, keys, step, nth))
	served := others.serve(t, child)
	out, err := child.CombinedOutput()
	served()
	status, _ := child.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() && status.Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("rotation until %s: %v\n%s", step, err, out)
	}
	return false
}

// TestKilledRotations kills the rotation at each of its steps again and again
// while this process, which is not told of anything, seals and opens.
func TestKilledRotations(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t, Migrations())
	path := filepath.Join(t.TempDir(), "keys.json")
	f := newFixtureOn(t, data, path)
	f.fill(t, 150)
	first := f.header(t)
	busy := f.traffic(t)
	locks := watchLocks(t, data)
	killed := map[string]int{}
	for step := range deaths {
		for i := range deathsAt(step) {
			nth := 0
			if step == "value" {
				nth = i % 8 * 7
			}
			if rotateAs(t, data.URL.Reveal(), path, step, nth, busy) {
				killed[step]++
			}
			f.opensEverything(t, path)
			f.forgetsWhatEnded(t)
		}
	}
	rotateAs(t, data.URL.Reveal(), path, "", 0, busy)
	done, took := busy.end()
	t.Logf("%v kills; meanwhile %d values sealed and opened in %s, %.0f a second", killed, done, took, float64(done)/took.Seconds())
	if strong := locks(); len(strong) > 0 {
		t.Errorf("locks on tables: %v", strong)
	}
	f.opensEverything(t, path)
	last := f.header(t)
	all, current := f.underKey(t, last)
	for step := range deaths {
		if killed[step] < leastDeaths(step) {
			t.Errorf("killed %d times at %s, want %d", killed[step], step, leastDeaths(step))
		}
	}
	if bytes.Equal(first, last) || all < 150 || current != all {
		t.Errorf("%d of %d values are under the current key", current, all)
	}
}

// header is what a value begins with that is sealed now, after its length.
func (f *fixture) header(t *testing.T) []byte {
	t.Helper()
	sealed, err := f.keys.Seal(seal.Context{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return sealed[4:9]
}

// sealedValues reads every sealed value behind the product's back.
func (f *fixture) sealedValues(t *testing.T) (out [][]byte) {
	t.Helper()
	for _, c := range Sealed() {
		rows, err := f.owner.Query(t.Context(), fmt.Sprintf("select %s from integration.%s where %s is not null", c.Column, c.Table, c.Column))
		if err != nil {
			t.Fatal(err)
		}
		values, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
		if err != nil || len(values) == 0 {
			t.Fatal(c, len(values), err)
		}
		out = append(out, values...)
	}
	return out
}

func (f *fixture) underKey(t *testing.T, header []byte) (all, current int) {
	t.Helper()
	for _, v := range f.sealedValues(t) {
		all++
		if bytes.HasPrefix(v[4:], header) {
			current++
		}
	}
	return all, current
}

// opensEverything starts anew on the key file, as a process after a crash, and
// unwraps every value.
func (f *fixture) opensEverything(t *testing.T, path string) {
	t.Helper()
	keys, err := seal.LoadOrCreate(t.Context(), path, postgres.NewSealCheck(f.db, Migrations()))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range f.sealedValues(t) {
		if _, err := keys.Rewrap(v); err != nil {
			t.Fatal(err)
		}
	}
}

// forgetsWhatEnded removes the messages of the traffic, so that the last rotation
// has no more to do than the first.
func (f *fixture) forgetsWhatEnded(t *testing.T) {
	t.Helper()
	if _, err := f.owner.Exec(t.Context(), `delete from integration.outbound_message where state <> 'QUEUED'`); err != nil {
		t.Fatal(err)
	}
}

// watchLocks looks at the locks on tables until it is ended, and names those that
// are stronger than writing a row needs.
func watchLocks(t *testing.T, data *pgtest.Database) func() []string {
	t.Helper()
	conn := data.Owner(t)
	ctx, cancel := context.WithCancel(context.Background())
	var found []string
	ended := make(chan error, 1)
	go func() {
		for {
			var now []string
			err := conn.QueryRow(ctx, `select array_agg(distinct relation::regclass || ' ' || mode) from pg_locks
				where locktype = 'relation' and database = (select oid from pg_database where datname = current_database())
				  and mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')`).Scan(&now)
			if err != nil {
				ended <- err
				return
			}
			found = append(found, now...)
		}
	}()
	return func() []string {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		return found
	}
}

package store

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

func v2Set(bot string) credential.Set {
	return credential.Set{Version: credential.V2, Bot: bot, BotSecret: credential.Secret("canary-bot-secret-" + bot), ClientID: "client",
		ClientSecret: "canary-client-secret", ServiceAccount: "a.serviceaccount@x", PrivateKey: "canary-private-key"}
}

func v1Set(bot string) credential.Set {
	return credential.Set{Version: credential.V1, Bot: bot, APIID: "canary-api-id", ConsumerKey: "canary-consumer-key", ServerID: "server",
		PrivateKey: "canary-auth-key"}
}

func anyRevision(int64) bool { return true }

func (f *fixture) put(t *testing.T, set credential.Set, stage bool) credential.Ring {
	t.Helper()
	out, err := f.PutCredentials(t.Context(), f.tenant, f.lane.Connection, Put{Set: set, Stage: stage, Unchanged: anyRevision, Actor: "accounts/a"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

type verb = func(credential.Ring, time.Time) (credential.Ring, error)

func activate(r credential.Ring, now time.Time) (credential.Ring, error) { return r.Activate(now) }
func rollBack(r credential.Ring, now time.Time) (credential.Ring, error) { return r.RollBack(now) }
func retire(r credential.Ring, _ time.Time) (credential.Ring, error)     { return r.Retire() }
func discard(r credential.Ring, now time.Time) (credential.Ring, error)  { return r.Discard(now) }

func (f *fixture) turned(t *testing.T, name string, v verb) credential.Ring {
	t.Helper()
	out, err := f.TurnCredentials(t.Context(), f.tenant, f.lane.Connection, name, "accounts/b", v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// retireBot gives up the former set of a bot.
func retireBot(bot string) verb {
	return func(r credential.Ring, _ time.Time) (credential.Ring, error) {
		out, _ := r.RetireFormer(func(revision int64) bool {
			return slices.ContainsFunc(r.Former, func(k credential.Kept) bool { return k.Bot == bot && k.Revision == revision })
		})
		return out, nil
	}
}

// roles reads what is stored: bots by role.
func (f *fixture) roles(t *testing.T) map[credential.Role]string {
	t.Helper()
	ring, err := f.Ring(t.Context(), f.tenant, f.lane.Connection)
	if err != nil {
		t.Fatal(err)
	}
	out := map[credential.Role]string{}
	for _, k := range ring.All() {
		out[k.Role] = strings.TrimSpace(out[k.Role] + " " + k.Bot)
	}
	return out
}

func (f *fixture) count(t *testing.T, from string) int {
	t.Helper()
	var n int
	if err := f.owner.QueryRow(t.Context(), `select count(*) from integration.`+from).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRolesOfSetsFollowTheVerbs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i, step := range []struct {
		do   func()
		want map[credential.Role]string
		sets int // rows with secrets
	}{
		{func() { f.put(t, v2Set("1"), true) }, map[credential.Role]string{"CURRENT": "1"}, 1}, // the first is current in any case
		{func() { f.put(t, v2Set("2"), false) }, map[credential.Role]string{"CURRENT": "2", "PREVIOUS": "1"}, 2},
		{func() { f.put(t, v2Set("3"), true) }, map[credential.Role]string{"CURRENT": "2", "PREVIOUS": "1", "STAGED": "3"}, 3},
		{func() { f.put(t, v2Set("4"), true) }, map[credential.Role]string{"CURRENT": "2", "PREVIOUS": "1", "STAGED": "4"}, 3}, // 3 never sent
		{func() { f.turned(t, "ACTIVATE", activate) }, map[credential.Role]string{"CURRENT": "4", "PREVIOUS": "2", "FORMER": "1"}, 3},
		{func() { f.put(t, v2Set("5"), true) }, map[credential.Role]string{"CURRENT": "4", "PREVIOUS": "2", "STAGED": "5", "FORMER": "1"}, 4},
		{func() { f.turned(t, "ROLL_BACK", rollBack) }, map[credential.Role]string{"CURRENT": "2", "STAGED": "4", "FORMER": "1"}, 3},
		{func() { f.put(t, v2Set("6"), true) }, map[credential.Role]string{"CURRENT": "2", "STAGED": "6", "FORMER": "4 1"}, 4}, // 4 sent
		{func() { f.turned(t, "ACTIVATE", activate) }, map[credential.Role]string{"CURRENT": "6", "PREVIOUS": "2", "FORMER": "4 1"}, 4},
		{func() { f.turned(t, "RETIRE", retire) }, map[credential.Role]string{"CURRENT": "6", "FORMER": "4 1"}, 3},
		{func() { f.put(t, v2Set("7"), true); f.turned(t, "DISCARD", discard) }, map[credential.Role]string{"CURRENT": "6", "FORMER": "4 1"}, 3},
		{func() { f.turned(t, "RETIRE", retireBot("4")) }, map[credential.Role]string{"CURRENT": "6", "FORMER": "1"}, 2},
		{func() { f.put(t, v2Set("1"), false) }, map[credential.Role]string{"CURRENT": "1", "PREVIOUS": "6"}, 2}, // the same secret again
		{func() { f.turned(t, "RETIRE", retire) }, map[credential.Role]string{"CURRENT": "1"}, 1},
	} {
		version, _, err := f.Endpoints(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		step.do()
		if d := cmp.Diff(step.want, f.roles(t)); d != "" {
			t.Errorf("step %d:\n%s", i, d)
		}
		sealed, err := f.SealedKeys(t.Context(), f.tenant, f.lane.Connection)
		if n := len(strings.Fields(step.want["FORMER"])); err != nil || len(sealed) != step.sets-n {
			t.Errorf("step %d: %d sets may send, want %d: %v", i, len(sealed), step.sets-n, err)
		}
		if n := f.count(t, "credentials"); n != step.sets {
			t.Errorf("step %d: %d sets with secrets, want %d", i, n, step.sets)
		}
		if next, _, err := f.Endpoints(t.Context(), 0); err != nil || next <= version {
			t.Errorf("step %d: the doors were not told: %v", i, err)
		}
	}
	if n := f.count(t, "connection_bot"); n != 1 {
		t.Errorf("%d bots are held, want that of the current keys", n)
	}
	for _, c := range []struct {
		verb verb
		want string
	}{{activate, "STAGED_CREDENTIALS_MISSING"}, {discard, "STAGED_CREDENTIALS_MISSING"}, {rollBack, "PREVIOUS_CREDENTIALS_MISSING"}, {retire, "PREVIOUS_CREDENTIALS_MISSING"}} {
		if _, err := f.TurnCredentials(t.Context(), f.tenant, f.lane.Connection, "X", "", c.verb); !fault.HasReason(err, c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// Revisions are bound into seals and named by histories: none comes twice, also
// after its set was erased.
func TestRevisionsAreNeverUsedAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(t, v2Set("1"), false)
	f.put(t, v2Set("1"), true)
	f.turned(t, "DISCARD", discard)
	if got := f.put(t, v2Set("1"), true).Staged.Revision; got != 3 {
		t.Errorf("revision %d, want 3", got)
	}
}

func TestReplacedKeysExpireUnlessTheVersionChanged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if _, err := f.IssueToken(t.Context(), f.tenant, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	f.put(t, v2Set("1"), false)
	f.put(t, v2Set("1"), false)
	f.clock.pass(24*time.Hour - time.Millisecond)
	if n, err := f.ExpireCredentials(t.Context()); err != nil || n != 0 || len(f.roles(t)) != 2 {
		t.Fatalf("a millisecond early: %d erased, %v", n, err)
	}
	version, accepted, err := f.Endpoints(t.Context(), 0)
	if err != nil || len(accepted[0].Sets) != 2 {
		t.Fatalf("%v, %v", accepted, err)
	}
	f.clock.pass(time.Millisecond)
	if _, accepted, err = f.Endpoints(t.Context(), 0); err != nil || len(accepted[0].Sets) != 1 {
		t.Errorf("callbacks are accepted by keys that are over: %v", err)
	}
	sealed, err := f.SealedKeys(t.Context(), f.tenant, f.lane.Connection)
	if len(f.roles(t)) != 1 || len(sealed) != 1 || err != nil {
		t.Errorf("keys are used after their time: %v", err)
	}
	if n, err := f.ExpireCredentials(t.Context()); err != nil || n != 1 || f.count(t, "credentials") != 1 {
		t.Errorf("%d erased, %v", n, err)
	}
	if next, _, err := f.Endpoints(t.Context(), 0); err != nil || next <= version {
		t.Errorf("the doors were not told: %v", err)
	}
	f.put(t, v1Set("1"), false)
	f.clock.pass(1000 * time.Hour)
	if n, err := f.ExpireCredentials(t.Context()); err != nil || n != 0 || len(f.roles(t)) != 2 {
		t.Errorf("keys of the API version before expired: %d, %v", n, err)
	}
}

func TestSetsThatEndTogetherAreOneConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, bot := range []string{"1", "2", "3"} {
		f.put(t, v2Set(bot), false)
	}
	f.clock.pass(24 * time.Hour)
	if n, err := f.ExpireCredentials(t.Context()); err != nil || n != 1 || f.count(t, "credentials") != 1 || f.count(t, "connection_bot") != 1 {
		t.Errorf("%d connections, %v", n, err)
	}
}

func TestTheHistoryOfKeysIsForEver(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(t, v2Set("1"), false)
	f.put(t, v2Set("1"), false)
	f.turned(t, "RETIRE", retire)
	rows, err := f.owner.Query(t.Context(), `select verb || ' ' || revision || ' ' || role || ' ' || actor from integration.credential_change order by id`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	want := []string{"PUT 1 CURRENT accounts/a", "PUT 1 PREVIOUS accounts/a", "PUT 2 CURRENT accounts/a", "RETIRE 1  accounts/b"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if err := f.RecordUses(t.Context(), []vault.Use{{Tenant: f.tenant, Connection: f.lane.Connection, Set: f.tenant, Time: f.clock.now(), Caller: "c", Purpose: "p"}}); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"credential_change", "secret_use"} {
		for _, statement := range []string{"update integration." + table + " set at = now()", "delete from integration." + table, "truncate integration." + table} {
			if _, err := f.owner.Exec(t.Context(), statement); postgres.Code(err) != "42501" {
				t.Errorf("%s: %v", statement, err)
			}
		}
	}
}

func TestOneBotBelongsToOneConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(t, v1Set("7"), false)
	f.put(t, v2Set("7"), true) // the same bot, after its upgrade
	other, err := f.CreateConnection(t.Context(), f.tenant, "支社", false)
	if err != nil {
		t.Fatal(err)
	}
	put := func(bot string) error {
		_, err := f.PutCredentials(context.WithoutCancel(t.Context()), f.tenant, other.ID, Put{Set: v2Set(bot), Unchanged: anyRevision})
		return err
	}
	taken := put("7")
	if named, _ := fault.From(taken); !fault.HasReason(taken, "BOT_ALREADY_CONNECTED") || named.Meta()["connection"] != "connections/"+f.lane.Connection {
		t.Errorf("%v", taken)
	}
	f.turned(t, "DISCARD", discard)
	if err := put("7"); !fault.HasReason(err, "BOT_ALREADY_CONNECTED") {
		t.Errorf("the bot's other set is still there: %v", err)
	}
	f.put(t, v1Set("8"), false)
	f.turned(t, "RETIRE", retire)
	if err := put("7"); err != nil {
		t.Errorf("a bot that nobody has: %v", err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for _, conn := range []string{f.lane.Connection, other.ID} {
		all.Go(func() {
			_, err := f.PutCredentials(context.WithoutCancel(t.Context()), f.tenant, conn, Put{Set: v2Set("9"), Unchanged: anyRevision})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !fault.HasReason(err, "BOT_ALREADY_CONNECTED") {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d connections took the bot", won)
	}
}

func TestErasedKeysTakeTheirAccessTokenWithThem(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	set := f.put(t, v2Set("1"), false).Current.ID
	if won, err := f.ClaimRenewal(t.Context(), f.tenant, set, 0, f.clock.now(), f.clock.now()); err != nil || !won {
		t.Fatal(err)
	}
	f.put(t, v2Set("1"), false)
	f.turned(t, "RETIRE", retire)
	if n := f.count(t, "access_token"); n != 0 {
		t.Errorf("%d access tokens are left", n)
	}
	if _, err := f.ClaimRenewal(t.Context(), f.tenant, set, 0, f.clock.now(), f.clock.now()); !fault.HasReason(err, "CREDENTIALS_MISSING") {
		t.Errorf("a token for erased keys: %v", err)
	}
}

// A ledger of years is read by its index.
func TestTheLedgerIsReadByItsIndex(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if _, err := f.owner.Exec(t.Context(), `insert into integration.secret_use
		select $1::uuid, gen_random_uuid(), $2::uuid, gen_random_uuid(), now() - g * interval '1 minute', 'c', 'p', '' from generate_series(1, 50000) g`,
		f.tenant, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	if _, err := f.owner.Exec(t.Context(), `analyze integration.secret_use`); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-1000 * time.Hour)
	for _, at := range []*time.Time{nil, &before} {
		f.byIndex(t, postgres.Tenants(f.tenant), "secret_use_page", usesBefore, f.tenant, f.lane.Connection, at, f.tenant, 51)
	}
}

package inbox

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/seal"
)

// What is a bytea is sealed, or it is here with the reason why it need not be.
func TestEverySealedColumnIsDeclared(t *testing.T) {
	declared := []string{
		"inbox.key",    // a hash that keeps repetitions apart
		"inbox.person", // a hash that keeps one person's events in order
		"schema_migrations.sha256",
	}
	for _, c := range Sealed() {
		declared = append(declared, c.Table+"."+c.Column)
	}
	slices.Sort(declared)
	if got := pgtest.New(t, Migrations()).Columns(t, "gateway", "bytea"); !slices.Equal(got, declared) {
		t.Errorf("columns of bytes: %v\n     declared: %v", got, declared)
	}
}

// The bodies of waiting and of quarantined events are wrapped anew; the worker
// role cannot do anything else to them.
func TestBodiesAreWrappedAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	b := newBench(t, nil)
	check := postgres.NewSealCheck(b.DB, Migrations())
	if _, err := b.owner.Exec(t.Context(), `delete from gateway.seal_check`); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.Keys, err = seal.LoadOrCreate(t.Context(), path, check); err != nil {
		t.Fatal(err)
	}
	b.run(t)
	bad := delivery(t, tenantA, "bad")
	bad.Quarantine = "UNREADABLE_JSON"
	b.put(t, delivery(t, tenantA, "出勤"), bad)
	prefixes := `select count(distinct substring(v from 5 for 5)) from (select body from gateway.inbox union all select value from gateway.seal_check) as s (v)`
	before := b.text(t, `select encode(substring(value from 5 for 5), 'hex') from gateway.seal_check`)
	worker := `set local role ` + Migrations().WorkerRole() + `; set local app.tenant = ''`
	for _, statement := range []string{
		`update gateway.inbox set body = body || 'x'`, `update gateway.inbox set body = '\x00'`,
		`update gateway.seal_check set value = value || 'x'`,
	} {
		if err := refusal(t, b.owner, worker, statement); postgres.Code(err) != "42501" {
			t.Errorf("worker: %s: %v", statement, err)
		}
	}
	err = seal.Rotation{
		Source: seal.Source{Path: path}, Check: check, Holdings: postgres.NewSealed(b.DB, Migrations(), Sealed()...),
		Say: func(line string) { t.Log(line) }, Grace: time.Millisecond,
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	after := b.text(t, `select encode(substring(value from 5 for 5), 'hex') from gateway.seal_check`)
	if n := b.number(t, prefixes); n != 1 || before == after {
		t.Errorf("%d keys, check from %s to %s", n, before, after)
	}
	b.expire(t)
	if row := b.claim(t, 1)[0]; row.Damaged || row.Event.Text != "出勤" {
		t.Errorf("%+v", row)
	}
}

func (b *bench) text(t *testing.T, query string) (s string) {
	t.Helper()
	if err := b.owner.QueryRow(t.Context(), query).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// shaky is a key service that can be away.
type shaky struct{ away bool }

func (s *shaky) Current(context.Context) (string, error) { return "k", nil }

func (s *shaky) Encrypt(_ context.Context, _ string, key []byte) ([]byte, error) {
	return append([]byte("wrapped"), key...), nil
}

func (s *shaky) Decrypt(_ context.Context, _ string, wrapped []byte) ([]byte, error) {
	if s.away {
		return nil, errors.New("status 503")
	}
	return wrapped[len("wrapped"):], nil
}

// An outage of the key service puts events off; it does not make them damaged.
func TestEventsWaitForTheKeyService(t *testing.T) {
	service := &shaky{}
	b := newBench(t, nil)
	if _, err := b.owner.Exec(t.Context(), `delete from gateway.seal_check`); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.Keys, err = seal.Load(t.Context(), seal.Source{Service: service}, postgres.NewSealCheck(b.DB, Migrations())); err != nil {
		t.Fatal(err)
	}
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	service.away = true
	for range 5 {
		b.expire(t)
		b.claim(t, 0)
	}
	if n := b.number(t, `select count(*) from gateway.inbox where outcome = 'PENDING' and attempts = 0 and deferrals = 5 and lease is null and due_at > now()`); n != 1 {
		t.Error("it was not put off in order")
	}
	service.away = false
	b.expire(t)
	if row := b.claim(t, 1)[0]; row.Damaged || row.Event.Text != "出勤" {
		t.Errorf("%+v", row)
	}
}

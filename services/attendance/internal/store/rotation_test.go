package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// What is a bytea is sealed, or it is here with the reason why it need not be.
func TestEverySealedColumnIsDeclared(t *testing.T) {
	declared := []string{
		"employee_versions.digest", "employees.salt", "event_outcomes.event_key", "held_punches.event_key", "punch_keys.event_key", "punches.event_key", "correction_requests.event_key", // hashes that keep repetitions apart
		"evidence_chains.head", "evidence_checkpoints.head", "evidence_checkpoints.signature", // hashes and signatures
		"evidence_seals.leaf", "evidence_seals.link", "evidence_seals.salt", "evidence_seals.text_leaf", "evidence_seals.text_salt",
		"schema_migrations.sha256",
	}
	for _, c := range Sealed() {
		declared = append(declared, c.Table+"."+c.Column)
	}
	slices.Sort(declared)
	if got := pgtest.New(t, Migrations()).Columns(t, "attendance", "bytea"); !slices.Equal(got, declared) {
		t.Errorf("columns of bytes: %v\n     declared: %v", got, declared)
	}
}

// A rotation wraps the text of a punch anew and can change nothing else of the
// fact; nobody else can change even that.
func TestARotationLeavesPunchesFacts(t *testing.T) {
	database := pgtest.New(t, Migrations())
	db, owner := database.Open(t, Migrations().Role()), database.Owner(t)
	s := New(db, time.Now)
	refs := company(t, s, 1)
	if err := s.Record(t.Context(), refs, func(k Known) (Verdicts, error) {
		v, err := recordAll(refs)(k), error(nil)
		for i := range v.Punches {
			v.Punches[i].SealedText = []byte("\x00\x00\x00\x03OLDtext")
		}
		return v, err
	}); err != nil {
		t.Fatal(err)
	}
	worker := func(statement string) error {
		return db.InTx(t.Context(), postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, statement)
			return err
		})
	}
	const anew = `update attendance.punches set sealed_text = '\x000000044e455721'::bytea || 'text'`
	for _, statement := range []string{
		`update attendance.punches set sealed_text = '\x000000044e455721'::bytea || 'tent'`,
		`update attendance.punches set sealed_text = null`,
		`update attendance.punches set issued_at = now()`,
		`update attendance.punches set sealed_text = sealed_text, kind = 'CLOCK_OUT'`,
		`delete from attendance.punches`,
	} {
		if err := worker(statement); postgres.Code(err) != "42501" {
			t.Errorf("worker: %s: %v", statement, err)
		}
	}
	if _, err := owner.Exec(t.Context(), anew); postgres.Code(err) != "42501" {
		t.Errorf("owner: %v", err)
	}
	met, err := postgres.NewSealed(db, Migrations(), Sealed()...).Rewrap(t.Context(), []byte("NEW"), func(_ string, _ []byte) ([]byte, error) {
		return []byte("\x00\x00\x00\x04NEW!text"), nil
	}, func(string) {})
	var whole bool
	if err == nil {
		err = owner.QueryRow(t.Context(), `select sealed_text = '\x000000044e455721'::bytea || 'text' from attendance.punches`).Scan(&whole)
	}
	if err != nil || met != 1 || !whole {
		t.Errorf("met %d, whole: %v, %v", met, whole, err)
	}
}

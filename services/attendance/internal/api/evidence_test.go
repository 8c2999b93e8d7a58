package api

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/signing"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// sealing makes a sealer of the fixture's database; sound seals and finds nothing wrong.
func (f *fixture) sealing(t *testing.T) (sealer *evidence.Sealer, sound func()) {
	t.Helper()
	dir := t.TempDir()
	key, err := signing.LoadOrCreate(filepath.Join(dir, "evidence.pem"))
	if err != nil {
		t.Fatal(err)
	}
	sealer = &evidence.Sealer{
		Store: store.New(f.db, time.Now), Key: key, Signers: evidence.Signers{Path: filepath.Join(dir, "signers.jsonl")},
		Journal: evidence.Journal{Path: filepath.Join(dir, "checkpoints.jsonl")}, Now: time.Now, Log: zap.NewNop(), Every: time.Nanosecond,
	}
	return sealer, func() {
		t.Helper()
		if err := sealer.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		written, err := sealer.Journal.Read()
		if err != nil {
			t.Fatal(err)
		}
		err = postgres.Inspect(t.Context(), f.database.URL, func(ctx context.Context, tx pgx.Tx) error {
			report, err := evidence.Verify(ctx, store.Evidence{Tx: tx}, evidence.Outside{Checkpoints: written, Signers: sealer.Signers.Read}, time.Now())
			if len(report.Findings) != 0 {
				t.Error(report.Findings)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A punch that was stored with a day of a closed period counts for an open one, where it may be voided: no finding.
func TestAVoidOverTheClosingDayIsSound(t *testing.T) {
	f := setup(t)
	f.closes(t, 20)
	_, sound := f.sealing(t)
	e := f.employee(t, "001")
	out := f.record(t, f.said(t, e, "21T06:30", "退勤"))[0].GetPunch() // came first, and is stored with 2026-12
	f.record(t, f.said(t, e, "20T20:00", "出勤"))
	for _, verb := range []string{"submit", "approve"} {
		if _, err := f.do(f.ctx(t), verb, e, "2026-12"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.void(t, out, "x"); err != nil {
		t.Fatal(err)
	}
	sound()
}

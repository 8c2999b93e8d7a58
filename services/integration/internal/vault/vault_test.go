package vault

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// book is a ledger that can be full.
type book struct {
	uses []Use
	full error
}

func (b *book) RecordUses(_ context.Context, uses []Use) error {
	if b.full != nil {
		return b.full
	}
	b.uses = append(b.uses, uses...)
	return nil
}

// proof is the check value of a keyring.
type proof struct{ value []byte }

func (p *proof) LoadCheck(context.Context) ([]byte, error) { return p.value, nil }

func (p *proof) SaveCheck(_ context.Context, sealed []byte) error {
	p.value = sealed
	return nil
}

func keyring(t *testing.T) *seal.Keyring {
	t.Helper()
	keys, err := seal.LoadOrCreate(t.Context(), filepath.Join(t.TempDir(), "keys.json"), &proof{})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

type room struct {
	*Vault
	book *book
	keys *seal.Keyring
	at   time.Time
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{book: &book{}, keys: keyring(t), at: noon}
	r.Vault = New(r.keys, r.book, "integration", func() time.Time { return r.at })
	return r
}

func (r *room) sealed(t *testing.T, id string, revision int64) Sealed {
	t.Helper()
	box, err := Seal(r.keys, "tenant", "connection", revision, credential.Set{Version: credential.V2, Bot: id, BotSecret: credential.Secret("secret of " + id)})
	if err != nil {
		t.Fatal(err)
	}
	return Sealed{Tenant: "tenant", Connection: "connection", ID: id, Revision: revision, PrivateKey: "print", Box: box}
}

func TestAUseIsWrittenBeforeTheSealIsOpened(t *testing.T) {
	r := newRoom(t)
	broken := r.sealed(t, "a", 1)
	broken.Box = []byte("rotten")
	if _, err := r.Open(t.Context(), FetchToken, broken); !errors.Is(err, seal.ErrNotOpened) {
		t.Fatalf("%v", err)
	}
	want := []Use{{Tenant: "tenant", Connection: "connection", Set: "a", Time: noon, Caller: "integration", Purpose: FetchToken, PrivateKey: "print", Routine: true}}
	if d := cmp.Diff(want, r.book.uses); d != "" {
		t.Errorf("the ledger of a seal that did not open:\n%s", d)
	}
}

func TestWhatCannotBeWrittenDownStaysSealed(t *testing.T) {
	r := newRoom(t)
	r.book.full = errors.New("disk full")
	set, err := r.Open(t.Context(), FetchToken, r.sealed(t, "a", 1))
	if !fault.HasReason(err, "UNAVAILABLE") || !errors.Is(err, r.book.full) || set.BotSecret != "" {
		t.Errorf("%v", err)
	}
	if len(r.open) != 0 {
		t.Error("something was opened")
	}
	many, err := r.OpenAll(t.Context(), SignCallbacks, []Sealed{r.sealed(t, "a", 1), r.sealed(t, "b", 2)})
	if many != nil || !fault.HasReason(err, "UNAVAILABLE") {
		t.Errorf("%v", err)
	}
}

// What is in memory is told from what is opened by a box that cannot be opened any more.
func TestMemoryIsForRoutineOfTheSameCallerPurposeAndRevisionForAnHour(t *testing.T) {
	r := newRoom(t)
	rotten := func(revision int64) Sealed {
		s := r.sealed(t, "a", revision)
		s.Box = []byte("rotten")
		return s
	}
	other := rpc.WithCaller(t.Context(), rpc.Caller{Account: "x"}) // not by a call from outside: still this process
	gateway, person := from(t.Context(), "webhook-gateway"), OnBehalf(t.Context(), "accounts/x")
	if _, err := r.Open(person, FetchToken, r.sealed(t, "a", 1)); err != nil || len(r.open) != 0 {
		t.Fatalf("%d sets in memory that a person opened, %v", len(r.open), err)
	}
	if _, err := r.Open(t.Context(), FetchToken, r.sealed(t, "a", 1)); err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		ctx      context.Context
		purpose  Purpose
		revision int64
		after    time.Duration
		found    bool
	}{
		{t.Context(), FetchToken, 1, 0, true}, {other, FetchToken, 1, 0, true}, {t.Context(), FetchToken, 1, time.Hour - 1, true},
		{gateway, FetchToken, 1, 0, false}, {person, FetchToken, 1, 0, false},
		{t.Context(), CallV1, 1, 0, false}, {t.Context(), FetchToken, 2, 0, false}, {t.Context(), FetchToken, 1, time.Hour, false},
	} {
		r.at = noon.Add(step.after)
		set, err := r.Open(step.ctx, step.purpose, rotten(step.revision))
		if (err == nil) != step.found || step.found && set.BotSecret.Reveal() != "secret of a" {
			t.Errorf("step %d: %v", i, err)
		}
		if len(r.book.uses) != i+3 {
			t.Errorf("step %d: %d uses are written down", i, len(r.book.uses))
		}
	}
	if _, err := r.Open(t.Context(), CallV1, r.sealed(t, "b", 1)); err != nil || len(r.open) != 1 {
		t.Errorf("%d sets in memory after their hour, want the one just opened: %v", len(r.open), err)
	}
}

func TestOneDamagedSetHurtsNoOther(t *testing.T) {
	r := newRoom(t)
	moved := r.sealed(t, "a", 1)
	moved.Connection = "another"
	out, err := r.OpenAll(t.Context(), SignCallbacks, []Sealed{moved, r.sealed(t, "b", 2)})
	if err != nil || !errors.Is(out[0].Err, seal.ErrNotOpened) || out[1].Err != nil || out[1].Set.Bot != "b" {
		t.Errorf("%v, %v", out[0].Err, err)
	}
}

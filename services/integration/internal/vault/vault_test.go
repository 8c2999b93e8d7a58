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
	want := []Use{{Tenant: "tenant", Connection: "connection", Set: "a", Time: noon, Caller: "integration", Purpose: FetchToken, PrivateKey: "print"}}
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

func TestMemoryIsForTheSameCallerPurposeAndRevisionForAnHour(t *testing.T) {
	r := newRoom(t)
	a := r.sealed(t, "a", 1)
	open := func(ctx context.Context, p Purpose, s Sealed) {
		t.Helper()
		set, err := r.Open(ctx, p, s)
		if err != nil || set.BotSecret.Reveal() != "secret of a" {
			t.Fatalf("%v", err)
		}
	}
	other := rpc.WithCaller(t.Context(), rpc.Caller{Account: "x"})
	for i, step := range []struct {
		do   func()
		uses int
	}{
		{func() { open(t.Context(), FetchToken, a) }, 1},
		{func() { open(t.Context(), FetchToken, a) }, 1},
		{func() { open(other, FetchToken, a) }, 1}, // not by a call from outside: still this process
		{func() { open(t.Context(), CallV1, a) }, 2},
		{func() { open(t.Context(), CallV1, r.sealed(t, "a", 2)) }, 3},
		{func() { r.at = noon.Add(time.Hour - 1); open(t.Context(), FetchToken, a) }, 3},
		{func() { r.at = noon.Add(time.Hour); open(t.Context(), FetchToken, a) }, 4},
	} {
		step.do()
		if len(r.book.uses) != step.uses {
			t.Fatalf("step %d: %d uses written, want %d", i, len(r.book.uses), step.uses)
		}
	}
	if len(r.open) != 1 {
		t.Errorf("%d sets in memory after their hour, want the one just opened", len(r.open))
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

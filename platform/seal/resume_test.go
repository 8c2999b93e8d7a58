package seal

import (
	"errors"
	"os"
	"testing"
)

// A program that starts while its database is away has the keys of before, makes
// none, and proves them when the database is there.
func TestResumeAndProve(t *testing.T) {
	path, check := keyPath(t), &ledger{}
	if _, err := Resume(Source{Path: path}); err == nil {
		t.Fatal("keys out of nothing")
	}
	if _, err := os.Stat(path); err == nil {
		t.Fatal("made a key")
	}
	sealed, err := mustLoad(t, path, check).Seal(Context{}, []byte("x"))
	try(t, err)
	keys, err := Resume(Source{Path: path})
	try(t, err)
	if _, err := keys.Open(Context{}, sealed); err != nil {
		t.Error(err)
	}
	try(t, keys.Prove(t.Context(), Source{Path: path}, check))
	other := &ledger{}
	mustLoad(t, keyPath(t), other)
	if err := keys.Prove(t.Context(), Source{Path: path}, other); err == nil {
		t.Error("proven on another database")
	}
	fresh := &ledger{}
	try(t, keys.Prove(t.Context(), Source{Path: path}, fresh))
	if fresh.value == nil {
		t.Error("a fresh database got no check value")
	}
	if err := keys.Prove(t.Context(), Source{Path: path}, &ledger{err: errors.New("no database")}); err == nil {
		t.Error("proven without a database")
	}
}

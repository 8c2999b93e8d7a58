package seal

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
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

// Another run that ends first has disabled the old key: this one names it all the same.
func TestAResumedRotationNamesTheKeyThatAnotherRunDisabled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, holdings := keyPath(t), &shelf{ledger: &ledger{}}
		old := keyID(t, mustSeal(t, mustLoad(t, path, holdings), "a"))
		endAt(t, "zero", path, holdings)
		var said strings.Builder
		try(t, Rotation{
			Source: Source{Path: path}, Check: holdings, Holdings: holdings, Say: func(line string) { said.WriteString(line + "\n") },
			Reached: func(at string) {
				if at == "promoted" { // before it looks which keys there are to disable
					try(t, changeFile(path, func(now *ring) (*ring, error) { return now.disabled(now.replaced()) }))
				}
			},
		}.Run(t.Context()))
		if got := said.String(); !strings.Contains(got, "無効な鍵: "+old+")") || !strings.Contains(got, "only: "+old+".") || strings.Contains(got, "古い鍵  は") {
			t.Error(got)
		}
	})
}

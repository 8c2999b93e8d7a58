package postgres_test

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// What a transaction counts that was repeated is counted once.
func TestARepeatedBatchIsCountedOnce(t *testing.T) {
	db, owner, m := letterBox(t)
	commits := pgtest.FailOnce(t, owner, "update", "letters.letter")
	var said []string
	s := postgres.NewSealed(db, m, postgres.SealedColumn{Table: "letter", Column: "sealed"})
	if _, err := s.Rewrap(t.Context(), []byte("NEW!"), renew, func(line string) { said = append(said, line) }); err != nil {
		t.Fatal(err)
	}
	if n := commits(); n != 651 {
		t.Errorf("%d changes were committed or refused, want one refused", n)
	}
	if all := strings.Join(said, "\n"); !strings.Contains(all, " 650 wrapped anew") {
		t.Errorf("said %q", said)
	}
}

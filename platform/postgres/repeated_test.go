package postgres_test

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/postgres"
)

// failOnce lets the first commit that changed a row of the table fail, so that its
// transaction is repeated.
const failOnce = `
create sequence letters.commits;
create function letters.fail_once() returns trigger security definer language plpgsql as $$
begin
    if nextval('letters.commits') = 1 then -- which no rollback takes back
        raise exception 'once more' using errcode = 'serialization_failure';
    end if;
    return null;
end
$$;
create constraint trigger fail_once after update on letters.letter deferrable initially deferred for each row execute function letters.fail_once()`

// What a transaction counts that was repeated is counted once.
func TestARepeatedBatchIsCountedOnce(t *testing.T) {
	db, owner, m := letterBox(t)
	if _, err := owner.Exec(t.Context(), failOnce); err != nil {
		t.Fatal(err)
	}
	var said []string
	s := postgres.NewSealed(db, m, postgres.SealedColumn{Table: "letter", Column: "sealed"})
	if _, err := s.Rewrap(t.Context(), []byte("NEW!"), renew, func(line string) { said = append(said, line) }); err != nil {
		t.Fatal(err)
	}
	if commits := tally(t, owner, `select last_value from letters.commits`); commits != 651 {
		t.Errorf("%d changes were committed or refused, want one refused", commits)
	}
	if all := strings.Join(said, "\n"); !strings.Contains(all, " 650 wrapped anew") {
		t.Errorf("said %q", said)
	}
}

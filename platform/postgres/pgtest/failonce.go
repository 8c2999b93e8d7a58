package pgtest

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// failOnce counts what no rollback takes back. Its function runs with the rights of the owner, whoever commits.
const failOnce = `
create schema failonce;
create sequence failonce.commits;
create function failonce.refuse() returns trigger security definer language plpgsql as $$
begin
    if nextval('failonce.commits') = 1 then
        raise exception 'once more' using errcode = 'serialization_failure';
    end if;
    return null;
end
$$;
create constraint trigger fail_once after VERB on TABLE deferrable initially deferred for each row execute function failonce.refuse()`

// FailOnce lets the first commit fail that did this, insert or update, to a row of the table, so that its transaction is
// repeated. Commits counts such rows as were committed or refused. It works for one table of a database.
func FailOnce(t testing.TB, owner *pgx.Conn, verb, table string) (commits func() int) {
	t.Helper()
	if _, err := owner.Exec(t.Context(), strings.NewReplacer("VERB", verb, "TABLE", table).Replace(failOnce)); err != nil {
		t.Fatal(err)
	}
	return func() (n int) {
		t.Helper()
		if err := owner.QueryRow(t.Context(), `select last_value from failonce.commits`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
}

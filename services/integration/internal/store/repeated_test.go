package store

import (
	"testing"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// rival has the key of every message that is accepted by a repeated transaction, as if somebody else had been first.
const rival = `
create function failonce.rival() returns trigger security definer language plpgsql as $$
begin
    if pg_trigger_depth() = 1 and (select is_called from failonce.commits) then
        insert into integration.outbound_message
        select (jsonb_populate_record(new, jsonb_build_object('id', '00000000-0000-4000-8000-000000000001'))).*;
    end if;
    return new;
end
$$;
create trigger rival before insert on integration.outbound_message for each row execute function failonce.rival()`

// What a transaction accepted that was rolled back and repeated is not what its answer names.
func TestARepeatedAcceptance(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	pgtest.FailOnce(t, f.owner, "insert", "integration.outbound_message")
	if _, err := f.owner.Exec(t.Context(), rival); err != nil {
		t.Fatal(err)
	}
	got := f.accept(t, f.draft("one", outbound.Confirmation))
	if len(got) != 1 || got[0].ID != "00000000-0000-4000-8000-000000000001" || !got[0].Repeated {
		t.Errorf("%+v", got)
	}
}

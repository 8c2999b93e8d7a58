package store

import (
	"testing"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// failOnce lets the first commit that changed a held punch fail, so that its transaction
// is repeated.
const failOnce = `
create sequence attendance.commits;
create function attendance.fail_once() returns trigger security definer language plpgsql as $$
begin
    if nextval('attendance.commits') = 1 then -- which no rollback takes back
        raise exception 'once more' using errcode = 'serialization_failure';
    end if;
    return null;
end
$$;
create constraint trigger fail_once after update on attendance.held_punches deferrable initially deferred for each row execute function attendance.fail_once()`

// Texts that are erased by a repeated transaction are counted once.
func TestARepeatedErasureIsCountedOnce(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	c.round(t)
	if _, err := c.owner.Exec(t.Context(), failOnce); err != nil {
		t.Fatal(err)
	}
	late := c.at(c.Now().Add(evidence.TextKept * 2))
	if n, err := late.EraseTexts(t.Context(), late.Now(), 100); err != nil || n != 4 || c.count(t, `select last_value from attendance.commits`) != 3 {
		t.Errorf("%d erased, want 4: %v", n, err)
	}
}

package store

import (
	"testing"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// Texts that are erased by a repeated transaction are counted once.
func TestARepeatedErasureIsCountedOnce(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	c.round(t)
	commits := pgtest.FailOnce(t, c.owner, "update", "attendance.held_punches")
	late := c.at(c.Now().Add(evidence.TextKept * 2))
	if n, err := late.EraseTexts(t.Context(), late.Now(), 100); err != nil || n != 4 || commits() != 3 {
		t.Errorf("%d erased, want 4: %v", n, err)
	}
}

// failRead lets one reading of a punch fail, the fourth, so that its transaction is repeated.
const failRead = `
create sequence attendance.readings;
create function attendance.fail_read() returns boolean volatile security definer language plpgsql as $$
begin
    if nextval('attendance.readings') = 4 then
        raise exception 'once more' using errcode = 'serialization_failure';
    end if;
    return true;
end
$$;
create policy fail_read on attendance.punches as restrictive for select using (attendance.fail_read())`

// What is around punches that were read again is there once: two are read as what is asked for and two as what is around.
func TestARepeatedListIsReadOnce(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	c.exec(t, failRead)
	list, around, err := c.ListPunches(t.Context(), c.tenants[0], PunchFilter{Limit: 10})
	n := 0
	for _, punches := range around {
		n += len(punches)
	}
	if readings := c.count(t, `select last_value from attendance.readings`); err != nil || len(list) != 2 || n != 2 || readings != 8 {
		t.Errorf("%d punches, %d around, %d readings, %v", len(list), n, readings, err)
	}
}

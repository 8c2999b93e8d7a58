package store

import (
	"slices"
	"testing"
	"time"
)

// notedOfSystem are the events of the audit that nobody asked for, the oldest first, each with what it changed.
func (f *fixture) notedOfSystem(t *testing.T) (noted []string) {
	t.Helper()
	rows, err := f.owner.Query(t.Context(), `
select e.action || ':' || string_agg(distinct concat_ws(' ', '', c.entity, c.after ->> 'verb', c.after ->> 'source'), ',')
  from integration.audit_events e join integration.audit_changes c on c.tenant_id = e.tenant_id and c.event_id = e.id
 where e.actor_kind = 'system' group by e.id, e.action order by min(c.place)`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		noted = append(noted, line)
	}
	return noted
}

// What LINE WORKS says of a linked person, and time that is over for replaced keys, change records that nobody asked to
// change: each is one event of the system. What changes nothing is none.
func TestWhatTheSystemChangesIsNoted(t *testing.T) {
	f := newFixture(t)
	f.linkTo(t, "11111111-1111-4111-8111-111111111111", "a@example.com")
	if got := f.notedOfSystem(t); got != nil {
		t.Fatalf("before: %q", got)
	}
	for range 2 {
		if err := f.departs(t, "a@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	f.put(t, v2Set("1"), false)
	f.put(t, v2Set("1"), false)
	f.clock.pass(24 * time.Hour)
	for range 2 {
		if _, err := f.ExpireCredentials(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"FOLLOW_ACCOUNT_LINKS: account_link, account_link_change GONE PLATFORM", "EXPIRE_CREDENTIALS: credential_change EXPIRE, credentials"}
	if got := f.notedOfSystem(t); !slices.Equal(got, want) {
		t.Errorf("noted are %q", got)
	}
}

package store

import (
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

// What is only checked is not even written to be rolled back: nothing of a
// mistyped secret reaches a table or its log.
func TestCheckingKeysWritesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(t, v2Set("1"), false)
	other, err := f.CreateConnection(t.Context(), f.tenant, "支社", false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.owner.Exec(t.Context(), `create function integration.no_writing() returns trigger language plpgsql as $$
		begin raise exception '% is written', tg_table_name; end $$`); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"credentials", "connection_bot", "credential_change", "connection"} {
		if _, err := f.owner.Exec(t.Context(), `create trigger no_writing before insert or update or delete on integration.`+table+`
			for each statement execute function integration.no_writing()`); err != nil {
			t.Fatal(err)
		}
	}
	for _, stage := range []bool{true, false} {
		out, err := f.PutCredentials(t.Context(), f.tenant, f.lane.Connection, Put{Set: v2Set("2"), Stage: stage, Only: true, Unchanged: anyRevision})
		if err != nil || stage && out.Staged.Bot != "2" || !stage && out.Current.Bot != "2" {
			t.Errorf("%v, %v", out, err)
		}
	}
	_, err = f.PutCredentials(t.Context(), f.tenant, other.ID, Put{Set: v2Set("1"), Only: true, Unchanged: anyRevision})
	if !fault.HasReason(err, "BOT_ALREADY_CONNECTED") {
		t.Errorf("a bot of another connection: %v", err)
	}
	if _, err := f.PutCredentials(t.Context(), f.tenant, f.lane.Connection, Put{Set: v2Set("2"), Unchanged: anyRevision}); err == nil {
		t.Error("storing writes nothing either, so this test proves nothing")
	}
}

package integration_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// notedOfSync are the events that a sync added to the audit behind the first so many, the oldest first, each with who asked,
// what is in it and of whom.
func (w *world) notedOfSync(t *testing.T, tenant string, behind int) (origins, entities, resources []string) {
	t.Helper()
	rows, err := w.db.Owner(t).Query(t.Context(), `select concat_ws(' ', e.actor_kind, e.actor, e.address, e.request_id, e.action),
			string_agg(distinct c.entity, ' ' order by c.entity), string_agg(distinct c.resource, ' ' order by c.resource)
		from integration.audit_events e join integration.audit_changes c on c.tenant_id = e.tenant_id and c.event_id = e.id
		where e.tenant_id = $1 group by e.id, e.actor_kind, e.actor, e.address, e.request_id, e.action order by min(c.place) offset $2`, tenant, behind)
	if err != nil {
		t.Fatal(err)
	}
	var origin, entity, resource string
	_, err = pgx.ForEachRow(rows, []any{&origin, &entity, &resource}, func() error {
		origins, entities, resources = append(origins, origin), append(entities, entity), append(resources, resource)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return origins, entities, resources
}

// What a sync does with links is noted once, of the person who asked for it, though a worker does it; the steps of the
// worker and a sync that changes nothing are not.
func TestWhatASyncChangesIsNotedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	w.activeV2(as(t, tenant), t)
	taro := w.user(t, "taro@example")
	linked := "employees/" + w.staff.hire(tenant, "1", "taro@example") + "/accountLink"
	w.staff.hire(tenant, "2", "nobody@example")
	for _, step := range []struct {
		what    string
		prepare func()
		only    bool
		changes bool
	}{
		{"a check", func() {}, true, false},
		{"a link that is made", func() {}, false, true},
		{"nothing to do", func() {}, false, false},
		{"somebody who is gone", func() { w.suspend(t, true, taro.ID) }, false, true},
		{"somebody who is back", func() { w.suspend(t, false, taro.ID) }, false, true},
	} {
		step.prepare()
		before := w.noted(t, tenant)
		id := w.sync(t, tenant, step.only)
		w.ended(t, tenant, id)
		origins, entities, resources := w.notedOfSync(t, tenant, before)
		wantEntities, wantResources := []string{"link_sync"}, []string{"accountLinkSyncs/" + id}
		if step.changes {
			wantEntities, wantResources = append(wantEntities, "account_link account_link_change"), append(wantResources, linked)
		}
		if !slices.Equal(entities, wantEntities) || !slices.Equal(resources, wantResources) {
			t.Errorf("%s: noted are %q of %q", step.what, entities, resources)
		}
		if len(origins) == 2 && origins[0] != origins[1] {
			t.Errorf("%s: asked for by %q and noted of %q", step.what, origins[0], origins[1])
		}
	}
	w.unspoken(t, `"origin"`) // stands in the event
}

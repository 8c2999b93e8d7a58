package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
)

// changesShown is how many changes an event is shown with; those that are asked for come first.
const changesShown = 10

// short is an object whose values are cut after 500 characters: a page of them is one message.
func short(object string) string {
	return `(select jsonb_object_agg(key, case when length(value::text) > 500 then to_jsonb(left(value #>> '{}', 500) || '…') else value end) from jsonb_each(` + object + `))`
}

var listAudit = `
select e.id::text, e.event_time, e.actor_kind, e.actor, e.address, e.request_id, e.action,
       (select count(*) from attendance.audit_changes c where c.tenant_id = e.tenant_id and c.event_id = e.id),
       (select coalesce(jsonb_agg(jsonb_build_object('resource', c.resource, 'before', ` + short(`c.before`) + `, 'after', ` + short(`c.after`) + `, 'withheld', c.withheld)
               order by c.asked desc, c.place), '[]')
          from (select x.*, x.resource = @resource or starts_with(x.resource, @below) as asked from attendance.audit_changes x
                 where x.tenant_id = e.tenant_id and x.event_id = e.id
                 order by asked desc, x.place
                 limit @shown) c)
  from attendance.audit_events e
 where e.tenant_id = @tenant and (e.event_time, e.id) < (coalesce(@time::timestamptz, 'infinity'), @id::text::uuid)
   and (@start::timestamptz is null or e.event_time >= @start) and (@end::timestamptz is null or e.event_time < @end)
   and (@actor = '' or e.actor = @actor or e.actor_kind = @actor) and (@action = '' or e.action = @action)
   and (@resource = '' or exists (select from attendance.audit_changes c
        where c.tenant_id = e.tenant_id and c.event_id = e.id and (c.resource = @resource or starts_with(c.resource, @below))))
 order by e.event_time desc, e.id desc
 limit @limit`

// AuditTrail lists what was noted of an organization, newest first.
func (s *Store) AuditTrail(ctx context.Context, tenant string, q *auditv1.TrailQuery) (list []*auditv1.TrailEntry, err error) {
	args := pgx.NamedArgs{
		"tenant": tenant, "time": instant(q.GetBeforeTime()), "id": q.GetBeforeId(), "start": instant(q.GetStartTime()), "end": instant(q.GetEndTime()),
		"actor": q.GetActor(), "action": q.GetAction(), "resource": q.GetResource(), "below": q.GetResource() + "/", "shown": changesShown, "limit": q.GetLimit(),
	}
	if q.GetBeforeId() == "" {
		args["id"] = "00000000-0000-0000-0000-000000000000"
	}
	if q.GetLimit() == 0 {
		args["limit"] = 50
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, listAudit, args)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, scanEntry)
		return err
	}, tenant)
	return list, err
}

func instant(at *timestamppb.Timestamp) *time.Time {
	if at == nil {
		return nil
	}
	t := at.AsTime()
	return &t
}

func scanEntry(row pgx.CollectableRow) (*auditv1.TrailEntry, error) {
	var e auditv1.TrailEntry
	var at time.Time
	var changes []struct {
		Resource      string
		Before, After json.RawMessage
		Withheld      []string
	}
	err := row.Scan(&e.Id, &at, &e.ActorKind, &e.Actor, &e.Address, &e.Request, &e.Action, &e.ChangeCount, &changes)
	e.Time = timestamppb.New(at)
	for _, c := range changes {
		e.Changes = append(e.Changes, &auditv1.TrailEntry_Change{Resource: c.Resource, Before: object(c.Before), After: object(c.After), Withheld: c.Withheld})
	}
	return &e, err
}

// object is a JSON object, or nothing for null.
func object(raw json.RawMessage) string {
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

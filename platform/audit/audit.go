// Package audit reads the audit of a context: the events that the context's triggers wrote into audit_events of its
// schema, and what changed in each of them, in audit_changes.
//
// It knows those two tables, the order of events and which of them a question is about. It refuses to know what a
// resource is, who may ask, and how a table is noted: that is in the migrations of the context.
package audit

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Trail is the audit of one context.
type Trail struct {
	Schema   string // that the two tables are in; a name that needs no quotes
	Withheld bool   // audit_changes has the column withheld: what changed and is kept nowhere
}

// Query says which events are asked for. A question of the contract is one.
type Query interface {
	GetBeforeTime() *timestamppb.Timestamp // with the id, the place behind which the list goes on; nil is the newest of all
	GetBeforeId() string                   // "" is before every event of the time
	GetStartTime() *timestamppb.Timestamp  // the first moment; nil is the beginning
	GetEndTime() *timestamppb.Timestamp    // the first moment that is too late; nil is never
	GetActor() string                      // an actor or a kind of actors; "" is everybody
	GetAction() string                     // "" is every action
	GetResource() string                   // this one and what is below it; "" is everything
	GetLimit() int32                       // 0 is fifty
}

// Entry is one event.
type Entry struct {
	ID                                           string
	Time                                         time.Time
	ActorKind, Actor, Address, RequestID, Action string
	ChangeCount                                  int32    // all changes
	Changes                                      []Change // the first ten; those that are asked for come first
}

// Change is what became of one row.
type Change struct {
	Resource      string
	Before, After string   // objects of JSON, whose values are cut after 500 characters; "" where the row was not there
	Withheld      []string // names of what changed besides
}

// changesShown is how many changes an event is shown with.
const changesShown = 10

// short is an object whose values are cut after 500 characters: a page of them is one message.
func short(object string) string {
	return `(select jsonb_object_agg(key, case when length(value::text) > 500 then to_jsonb(left(value #>> '{}', 500) || '…') else value end) from jsonb_each(` + object + `))`
}

var list = `
select e.id::text, e.event_time, e.actor_kind, e.actor, e.address, e.request_id, e.action,
       (select count(*) from SCHEMA.audit_changes c where c.tenant_id = e.tenant_id and c.event_id = e.id),
       (select coalesce(jsonb_agg(jsonb_build_object('resource', c.resource, 'before', ` + short(`c.before`) + `, 'after', ` + short(`c.after`) + `, 'withheld', WITHHELD)
               order by c.asked desc, c.place), '[]')
          from (select x.*, x.resource = @resource or starts_with(x.resource, @below) as asked from SCHEMA.audit_changes x
                 where x.tenant_id = e.tenant_id and x.event_id = e.id
                 order by asked desc, x.place
                 limit @shown) c)
  from SCHEMA.audit_events e
 where e.tenant_id = @tenant and (e.event_time, e.id) < (coalesce(@time::timestamptz, 'infinity'), @id::text::uuid)
   and (@start::timestamptz is null or e.event_time >= @start) and (@end::timestamptz is null or e.event_time < @end)
   and (@actor = '' or e.actor = @actor or e.actor_kind = @actor) and (@action = '' or e.action = @action)
   and (@resource = '' or exists (select from SCHEMA.audit_changes c
        where c.tenant_id = e.tenant_id and c.event_id = e.id and (c.resource = @resource or starts_with(c.resource, @below))))
 order by e.event_time desc, e.id desc
 limit @limit`

// List lists what was noted of a tenant, newest first. Failures are those of the database.
func (t Trail) List(ctx context.Context, tx pgx.Tx, tenant string, q Query) ([]Entry, error) {
	rows, err := tx.Query(ctx, t.sql(), Args(tenant, q))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

func (t Trail) sql() string {
	withheld := `'{}'::text[]`
	if t.Withheld {
		withheld = `c.withheld`
	}
	return strings.NewReplacer("SCHEMA", t.Schema, "WITHHELD", withheld).Replace(list)
}

// Args are the arguments of a question about a tenant's events: tenant, time, id, start, end, actor, action, resource,
// below, shown and limit.
func Args(tenant string, q Query) pgx.NamedArgs {
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
	return args
}

func instant(at *timestamppb.Timestamp) *time.Time {
	if at == nil {
		return nil
	}
	t := at.AsTime()
	return &t
}

func scan(row pgx.CollectableRow) (e Entry, err error) {
	var changes []struct {
		Resource      string
		Before, After json.RawMessage
		Withheld      []string
	}
	err = row.Scan(&e.ID, &e.Time, &e.ActorKind, &e.Actor, &e.Address, &e.RequestID, &e.Action, &e.ChangeCount, &changes)
	for _, c := range changes {
		e.Changes = append(e.Changes, Change{c.Resource, object(c.Before), object(c.After), c.Withheld})
	}
	return e, err
}

// object is a JSON object, or nothing for null.
func object(raw json.RawMessage) string {
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

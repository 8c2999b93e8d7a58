package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/audit"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
)

// An event of identity has one change, which stands in its own row. It belongs to
// the keys and to the accounts whose links ended with it, too.
const listAudit = `
select id::text, event_time, actor_kind, actor, address, request_id, action, resource, coalesce(before::text, ''), coalesce(after::text, '')
  from identity.audit_events
 where tenant_id = @tenant and (event_time, id) < (coalesce(@time::timestamptz, 'infinity'), @id::text::uuid)
   and (@start::timestamptz is null or event_time >= @start) and (@end::timestamptz is null or event_time < @end)
   and (@actor = '' or actor = @actor or actor_kind = @actor) and (@action = '' or action = @action)
   and (@resource = '' or resource = @resource or starts_with(resource, @resource || '/') or after -> 'endedApiKeys' ? @resource
        or after -> 'endedInvitations' ? @resource)
 order by event_time desc, id desc
 limit @limit`

// AuditTrail lists what was noted of an organization, newest first.
func (s *Store) AuditTrail(ctx context.Context, tenant string, q audit.Query) (list []*auditv1.TrailEntry, err error) {
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, listAudit, audit.Args(tenant, q))
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, scanEntry)
		return err
	})
	return list, err
}

func scanEntry(row pgx.CollectableRow) (*auditv1.TrailEntry, error) {
	var at time.Time
	change := &auditv1.TrailEntry_Change{}
	e := &auditv1.TrailEntry{Changes: []*auditv1.TrailEntry_Change{change}, ChangeCount: 1}
	err := row.Scan(&e.Id, &at, &e.ActorKind, &e.Actor, &e.Address, &e.Request, &e.Action, &change.Resource, &change.Before, &change.After)
	e.Time = timestamppb.New(at)
	return e, err
}

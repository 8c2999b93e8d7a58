-- I1, I12: once all faults are over, every row has its terminal outcome, and attendance has the same one.
select format('event %s (%s at %s) waits: %s attempts, %s deferrals', e.id, e.body, e.issued, i.attempts, i.deferrals)
  from faultlab.event e join faultlab.found f on f.id = e.id join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
 where i.outcome = 'PENDING'
union all
select format('event %s is %s here and %s with attendance', e.id, i.outcome, coalesce(o.verdict, 'unknown'))
  from faultlab.event e join faultlab.found f on f.id = e.id join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
  left join attendance.event_outcomes o on o.tenant_id = f.tenant_id and o.event_key = f.key
 where i.outcome <> 'PENDING' and i.outcome is distinct from o.verdict

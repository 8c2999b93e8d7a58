-- What never changes once it is there, each row as one text.
select 'gateway.inbox' as place, concat_ws('|', tenant_id, id, encode(key, 'hex'), issued_at, received_at, outcome, reason, employee_id, punch_id, done_at) as fact
  from gateway.inbox where done_at is not null
union all
select 'integration.outbound_message', concat_ws('|', tenant_id, id, encode(event_key, 'hex'), state, reason, ambiguous, finished_at)
  from integration.outbound_message where finished_at is not null
union all select 'attendance.punches', r::text from attendance.punches r
union all select 'attendance.event_outcomes', r::text from attendance.event_outcomes r
union all select 'attendance.timesheet_transitions', r::text from attendance.timesheet_transitions r
union all select 'attendance.audit_events', r::text from attendance.audit_events r
union all select 'attendance.audit_changes', r::text from attendance.audit_changes r
union all select 'integration.account_link_change', r::text from integration.account_link_change r
union all select 'integration.audit_events', r::text from integration.audit_events r
union all select 'integration.audit_changes', r::text from integration.audit_changes r
union all select 'identity.audit_events', r::text from identity.audit_events r

-- I5: worked time is what the message says, to the millisecond; received is not before it was sent nor after the last answer.
select format('the punch of event %s is at %s, issued %s', e.id, p.issued_at, e.issued)
  from faultlab.event e join faultlab.found f on f.id = e.id join attendance.punches p on p.tenant_id = f.tenant_id and p.event_key = f.key
 where p.issued_at <> e.issued
union all
select format('the outcome of event %s is of %s, issued %s', e.id, o.issued_at, e.issued)
  from faultlab.event e join faultlab.found f on f.id = e.id join attendance.event_outcomes o on o.tenant_id = f.tenant_id and o.event_key = f.key
 where o.issued_at <> e.issued
union all
select format('event %s was received at %s, first sent at %s', e.id, i.received_at, t.first_at)
  from faultlab.event e join faultlab.told t on t.id = e.id join faultlab.found f on f.id = e.id
  join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
 where i.received_at < t.first_at - interval '5 milliseconds'
union all
select format('event %s was received at %s, last answered at %s', e.id, i.received_at, t.last_at)
  from faultlab.event e join faultlab.told t on t.id = e.id join faultlab.found f on f.id = e.id
  join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
 where i.received_at > t.last_at + interval '1 second'

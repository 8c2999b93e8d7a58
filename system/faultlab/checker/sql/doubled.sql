-- I3: one event is one row, one outcome and at most one punch, however often and by whatever way it came.
select format('event %s (%s at %s) is %s rows', e.id, e.body, e.issued, count(*))
  from faultlab.event e join faultlab.found f on f.id = e.id group by e.id having count(*) > 1
union all
select format('event %s (%s at %s) is %s punches', e.id, e.body, e.issued, count(*))
  from faultlab.event e join attendance.punches p on p.tenant_id = e.tenant and p.connection_id = e.connection and p.issued_at = e.issued
   and p.employee_id = e.employee
 group by e.id having count(*) > 1
union all
select format('key %s has %s punches', encode(event_key, 'hex'), count(*))
  from attendance.punches where event_key is not null group by tenant_id, event_key having count(*) > 1
union all
select format('key %s has %s outcomes', encode(event_key, 'hex'), count(*))
  from attendance.event_outcomes group by tenant_id, event_key having count(*) > 1
union all
select format('punch id %s is there %s times', id, count(*)) from attendance.punches group by tenant_id, id having count(*) > 1

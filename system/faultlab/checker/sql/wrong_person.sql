-- I3: a punch is the sender's and nobody else's, in the company of the bot.
select format('event %s is of employee %s, and its punch of %s', e.id, e.employee, p.employee_id)
  from faultlab.event e join faultlab.found f on f.id = e.id join attendance.punches p on p.tenant_id = f.tenant_id and p.event_key = f.key
 where p.employee_id is distinct from e.employee
union all
select format('event %s is of employee %s, and its row of %s', e.id, e.employee, i.employee_id)
  from faultlab.event e join faultlab.found f on f.id = e.id join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
 where i.outcome in ('RECORDED', 'REFUSED') and i.employee_id <> coalesce(e.employee::text, '')

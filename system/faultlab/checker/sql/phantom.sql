-- I2: nothing is there that nobody sent, and nothing of what was forged.
select format('row %s of the inbox, issued at %s, belongs to no event', i.id, i.issued_at)
  from gateway.inbox i where not exists (select from faultlab.found f where f.tenant_id = i.tenant_id and f.row_id = i.id)
union all
select format('event %s was forged and has a row', e.id) from faultlab.event e join faultlab.found f on f.id = e.id where e.verdict = 'NEVER'
union all
select format('punch %s at %s belongs to no event', p.id, p.issued_at)
  from attendance.punches p
 where p.source = 'CHAT' and not exists (select from faultlab.found f where f.tenant_id = p.tenant_id and f.key = p.event_key)
union all
select format('outcome of key %s belongs to no event', encode(o.event_key, 'hex'))
  from attendance.event_outcomes o where not exists (select from faultlab.found f where f.tenant_id = o.tenant_id and f.key = o.event_key)
union all
select format('punch %s exists although its event was %s', p.id, i.outcome)
  from attendance.punches p join faultlab.found f on f.tenant_id = p.tenant_id and f.key = p.event_key
  join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
 where i.outcome not in ('RECORDED', 'PENDING')

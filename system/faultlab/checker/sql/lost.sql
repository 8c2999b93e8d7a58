-- I1, I18: what was answered 200 has a row, and a punch where one is due.
select format('event %s (%s at %s) was answered 200 %s times and is gone', e.id, e.body, e.issued, t.ok)
  from faultlab.event e join faultlab.told t on t.id = e.id
 where t.ok > 0 and e.verdict <> 'NEVER' and not exists (select from faultlab.found f where f.id = e.id)
union all
select format('event %s (%s at %s) is recorded without a punch', e.id, e.body, e.issued)
  from faultlab.event e join faultlab.found f on f.id = e.id join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
 where i.outcome = 'RECORDED' and not exists (select from attendance.punches p where p.tenant_id = f.tenant_id and p.event_key = f.key)

-- I4: a refusal says the truth. 401 is for what was forged or came by a withdrawn URL; for our own troubles there is 503 and nothing else.
select format('event %s: delivery %s was answered %s', e.id, a.id, r.status)
  from faultlab.event e join faultlab.attempt a on a.event = e.id join faultlab.result r on r.attempt = a.id
 where r.result = 'refused' and r.status not in (401, 503) or r.status = 401 and e.verdict <> 'NEVER' and not e.withdrawn or r.result = 'ok' and e.verdict = 'NEVER'
union all
-- What was answered 200 is counted, and nothing twice, whatever happened to the commit. A delivery without a 200 may be stored.
select format('event %s: %s deliveries counted, %s answered 200, %s sent', e.id, i.deliveries, t.ok, t.attempts)
  from faultlab.event e join faultlab.told t on t.id = e.id join faultlab.found f on f.id = e.id
  join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
 where i.deliveries < t.ok or i.deliveries > t.attempts

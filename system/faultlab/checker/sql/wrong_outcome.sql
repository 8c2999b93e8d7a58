-- I1, I6: the outcome is the one that the message has by the rules, whatever came before or between.
select format('event %s (%s) is %s %s, expected %s %s', e.id, e.body, i.outcome, i.reason, e.verdict, e.reason)
  from faultlab.event e join faultlab.found f on f.id = e.id join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
 where i.outcome <> 'PENDING' and (i.outcome <> e.verdict or i.reason <> e.reason)
union all
select format('event %s (%s) is a %s, expected %s', e.id, e.body, p.kind, e.kind)
  from faultlab.event e join faultlab.found f on f.id = e.id join attendance.punches p on p.tenant_id = f.tenant_id and p.event_key = f.key
 where p.kind <> e.kind

-- I7: who is to be told something is told it once; more often only after calls whose end nobody knows.
-- A call without content is a question whether messages are taken; nobody can read it.
select format('event %s (%s at %s) has %s answers, expected %s', e.id, e.body, e.issued, count(m.id), e.answered::int)
  from faultlab.event e join faultlab.found f on f.id = e.id join gateway.inbox i on i.tenant_id = f.tenant_id and i.id = f.row_id
  left join integration.outbound_message m on m.tenant_id = f.tenant_id and m.event_key = f.key
 where i.outcome <> 'PENDING'
 group by e.id having count(m.id) <> e.answered::int
union all
select format('answer %s is for no event that has an outcome', m.id)
  from integration.outbound_message m
 where not exists (select from attendance.event_outcomes o where o.tenant_id = m.tenant_id and o.event_key = m.event_key)
union all
select format('answer %s is %s', m.id, m.state) from integration.outbound_message m where m.state = 'QUEUED'
union all
select format('%s messages were sent for %s answers: %s more than calls without a known end', c.calls, m.sent, c.calls - m.sent - m.ambiguous)
  from (select count(*) as calls from faultlab.call where status in (0, 200, 201) and body like '%"content"%') c,
       (select count(*) filter (where state = 'SENT' and sent_with is null) as sent, coalesce(sum(ambiguous), 0) as ambiguous
          from integration.outbound_message) m
 where c.calls > m.sent + m.ambiguous
union all
select format('%s messages were sent for %s answers that say they were', c.calls, m.sent)
  from (select count(*) as calls from faultlab.call where status in (0, 200, 201) and body like '%"content"%') c,
       (select count(*) filter (where state = 'SENT' and sent_with is null) as sent from integration.outbound_message) m
 where c.calls < m.sent

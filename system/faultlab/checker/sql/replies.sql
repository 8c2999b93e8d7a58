-- I7: who is to be told something is told it once; more often only after calls of that same answer whose end nobody knows.
-- A call without content is a question whether messages are taken; nobody can read it. Of all others each line is one
-- answer, below a heading. It names the minute at which the person wrote, or what is wrong. A line that may have been
-- read before is marked with the last six digits of the answer's id.
with line as (
    select c.status, substring(c.path from '/users/([^/]+)/messages') as usr, l.text, coalesce(substring(l.text from '再送 ([0-9A-F]{6})'), '') as again,
           (regexp_match(l.text, '(?:([0-9]{4})/)?([0-9]{1,2}/[0-9]{1,2} [0-9]{2}:[0-9]{2})'))[1] as year,
           (regexp_match(l.text, '(?:([0-9]{4})/)?([0-9]{1,2}/[0-9]{1,2} [0-9]{2}:[0-9]{2})'))[2] as minute,
           case when l.text like '%紐付いて%' then 'UNLINKED' when l.text like '%複数の打刻%' then 'AMBIGUOUS'
                when l.text like '%位置情報%' then 'UNSUPPORTED_CONTENT' end as trouble
      from faultlab.call c, regexp_split_to_table(coalesce(c.body::jsonb #>> '{content,text}', c.body::jsonb #>> '{content,contentText}'), E'\n') as l (text)
     where c.status in (0, 200, 201) and c.body like '%"content"%' and l.text not like 'お知らせが遅れました%'
), answer as ( -- before the cutoff the hours of the day before go on: 25:30
    select m.id, m.state, m.ambiguous, right(upper(replace(m.id::text, '-', '')), 6) as number, e.id as event, e.usr, e.reason, local.at,
           to_char(local.at, 'FMMM/FMDD HH24:MI') as minute, to_char(local.at, 'YYYY') as year,
           to_char(local.at - interval '1 day', 'FMMM/FMDD ') || extract(hour from local.at) + 24 || to_char(local.at, ':MI') as night,
           to_char(local.at - interval '1 day', 'YYYY') as night_year
      from integration.outbound_message m join faultlab.found f on f.tenant_id = m.tenant_id and f.key = m.event_key
      join faultlab.event e on e.id = f.id, lateral (select e.issued at time zone 'Asia/Tokyo' as at) local
), said as ( -- which answer a line is; one without mark and minute may be any with the same trouble
    select a.id, l.*
      from line l left join answer a on a.usr = l.usr
       and (a.number = l.again
            or l.again = '' and l.minute = a.minute and coalesce(l.year, a.year) = a.year
            or l.again = '' and l.minute = a.night and coalesce(l.year, a.night_year) = a.night_year)
), alone as (
    select a.*, count(s.id) filter (where s.again = '') as first, count(s.id) filter (where s.again <> '') as repeats,
           count(s.id) filter (where s.status <> 0) as taken
      from answer a left join said s on s.id = a.id
     group by a.id, a.state, a.ambiguous, a.number, a.event, a.usr, a.reason, a.at, a.minute, a.year, a.night, a.night_year
), alike as ( -- answers to one person that name no minute
    select a.usr, a.reason, count(*) as answers, count(*) filter (where a.state = 'SENT') as sent, sum(a.repeats) as repeats,
           (select count(*) from line l where l.usr = a.usr and l.trouble = a.reason and l.minute is null and l.again = '') as first
      from alone a where a.reason in ('UNLINKED', 'AMBIGUOUS', 'UNSUPPORTED_CONTENT')
     group by a.usr, a.reason
)
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
select format('answer %s to event %s was said %s times at first and %s times again, after %s calls without a known end', id, event, first, repeats, ambiguous)
  from alone where first > 1 or repeats > ambiguous
union all
select format('answer %s to event %s says that it was sent, and LINE WORKS took none', id, event)
  from alone where state = 'SENT' and taken = 0 and reason not in ('UNLINKED', 'AMBIGUOUS', 'UNSUPPORTED_CONTENT')
union all
select format('%s has %s answers %s, and was told so %s times at first', usr, answers, reason, first) from alike where first > answers
union all
select format('%s has %s answers %s that say that they were sent, and was told so %s times', usr, sent, reason, first + repeats)
  from alike where first + repeats < sent
union all
select format('%s was told what is no answer: %s', usr, left(text, 200))
  from said
 where id is null
   and (again <> '' or minute is not null or not exists (select from answer a where a.usr = said.usr and a.reason = said.trouble))

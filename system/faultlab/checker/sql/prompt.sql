-- G6: of the deliveries of what is genuine, how many were answered 200 within 1.5 s. Those to a door whose own process
-- was killed, stopped or held meanwhile, or to which the way was bent, are left out: the sender would go to the other door.
select count(*), count(*) filter (where r.result = 'ok' and r.at <= a.at + interval '1500 milliseconds')
  from faultlab.attempt a join faultlab.event e on e.id = a.event left join faultlab.result r on r.attempt = a.id
 where e.verdict <> 'NEVER' and not e.withdrawn
   and not exists (select from faultlab.gone g where g.door = a.door and g.since <= coalesce(r.at, 'infinity') and g.until >= a.at)

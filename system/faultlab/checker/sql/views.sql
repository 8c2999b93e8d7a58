-- Indexes for the load, and the two views that every check starts from.
create index on faultlab.event (tenant, connection, issued);
create index on faultlab.attempt (event);
analyze faultlab.event; analyze faultlab.attempt; analyze faultlab.result; analyze faultlab.call;
-- What became of the deliveries of an event.
create materialized view faultlab.told as
select e.id, count(a.id) as attempts, count(*) filter (where r.result = 'ok') as ok,
       count(*) filter (where r.result = 'refused') as refused, count(a.id) filter (where r.result is null or r.result = 'unknown') as unknown,
       min(a.at) as first_at,
       max(case when r.result <> 'unknown' then r.at else greatest(r.at, ( -- what nobody waits for any more, a door that was held takes up afterwards
           select max(g.until) from faultlab.gone g where g.door = a.door and g.since <= r.at and g.until >= a.at)) end) as last_at
  from faultlab.event e left join faultlab.attempt a on a.event = e.id left join faultlab.result r on r.attempt = a.id
 group by e.id;
create unique index on faultlab.told (id);
-- Which rows of the inbox an event has. Two people may write in the same millisecond; then the row says whose it is.
create materialized view faultlab.found as
select e.id, i.tenant_id, i.id as row_id, i.key
  from faultlab.event e join gateway.inbox i on i.tenant_id = e.tenant and i.connection_id = e.connection and i.issued_at = e.issued
   and (not exists (select from faultlab.event o where o.tenant = e.tenant and o.connection = e.connection and o.issued = e.issued and o.id <> e.id)
        or i.employee_id = coalesce(e.employee::text, ''));
create index on faultlab.found (id);
create index on faultlab.found (tenant_id, row_id);
create index on faultlab.found (tenant_id, key);
analyze faultlab.told; analyze faultlab.found;

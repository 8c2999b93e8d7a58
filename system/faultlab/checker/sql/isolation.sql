-- I8: every row is of the company of its connection, and the second wall stands.
select format('row %s of the inbox is of company %s, its connection of %s', i.id, i.tenant_id, c.tenant_id)
  from gateway.inbox i join integration.connection c on c.id = i.connection_id where c.tenant_id <> i.tenant_id
union all
select format('punch %s is of company %s, its employee of %s', p.id, p.tenant_id, e.tenant_id)
  from attendance.punches p join attendance.employees e on e.id = p.employee_id where e.tenant_id <> p.tenant_id
union all
select format('answer %s is of company %s, its connection of %s', m.id, m.tenant_id, c.tenant_id)
  from integration.outbound_message m join integration.connection c on c.id = m.connection_id where c.tenant_id <> m.tenant_id
union all
select format('event %s of company %s has a row of %s', e.id, e.tenant, i.tenant_id)
  from faultlab.event e join gateway.inbox i on i.connection_id = e.connection and i.issued_at = e.issued where i.tenant_id <> e.tenant
union all
select format('%I.%I has tenants and no forced row-level security', n.nspname, c.relname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
 where n.nspname in ('gateway', 'attendance', 'integration', 'identity') and c.relkind in ('r', 'p') and not c.relispartition
   and not (c.relrowsecurity and c.relforcerowsecurity)
union all
select format('role %s passes row-level security', rolname) from pg_roles where rolname ~ '^dakoku_' and (rolsuper or rolbypassrls)

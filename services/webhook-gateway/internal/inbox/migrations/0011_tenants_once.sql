-- Each policy reads the setting with the organizations of a transaction once for a statement and not for every row: in a batch of
-- many organizations to read the list was most of what a row took. What a policy lets through stays the same, and without the
-- setting a statement that would look at a row fails as before.
do $$
declare
    p    record;
    old  constant text := '(tenant_id = ANY ((current_setting(''app.tenant''::text))::uuid[]))';
    once constant text := 'tenant_id = any ((select current_setting(''app.tenant'')::uuid[])::uuid[])';
begin
    for p in select tablename, policyname, qual, with_check from pg_policies
              where schemaname = current_schema() and old in (qual, with_check) order by tablename, policyname loop
        execute format('alter policy %I on %I ', p.policyname, p.tablename)
            || case when p.qual = old then 'using (' || once || ') ' else '' end
            || case when p.with_check = old then 'with check (' || once || ')' else '' end;
    end loop;
    if exists (select from pg_policies where schemaname = current_schema() and old in (qual, with_check)) or not exists (
        select from pg_policies where schemaname = current_schema() and qual like '%SELECT (current_setting(''app.tenant''::text))::uuid[]%') then
        raise exception 'a policy still reads the organizations for every row';
    end if;
end
$$;

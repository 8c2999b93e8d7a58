-- Managers who are responsible for some departments reach nobody else, and nothing that is somebody else's. The
-- departments stand in the transaction-local setting app.departments; empty or absent it hides nothing, which is what
-- recording, sealing and purging need. The subqueries without references are computed once a statement.
create policy department on employees as restrictive to dakoku_attendance
    using ((select coalesce(current_setting('app.departments', true), '') = '')
           or department = any ((select nullif(current_setting('app.departments', true), '')::text[])::text[]));

do $$
declare
    name text; -- of a table of what is somebody's
begin
    foreach name in array array['punches', 'held_punches', 'event_outcomes', 'timesheets', 'timesheet_transitions'] loop
        execute format('create policy department on %1$I as restrictive to dakoku_attendance
            using ((select coalesce(current_setting(''app.departments'', true), '''') = '''')
                   or exists (select from attendance.employees e where e.tenant_id = %1$I.tenant_id and e.id = %1$I.employee_id))', name);
    end loop;
end
$$;

-- A hold of the whole company is everybody's to see.
create policy department on legal_holds as restrictive to dakoku_attendance
    using ((select coalesce(current_setting('app.departments', true), '') = '') or employee_id is null
           or exists (select from attendance.employees e where e.tenant_id = legal_holds.tenant_id and e.id = legal_holds.employee_id));

create index employees_department_idx on employees (tenant_id, department, id);

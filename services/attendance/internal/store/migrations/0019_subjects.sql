-- Whose record a sealed row is of stays when the row goes: without it nobody could tell whether a month that is said to
-- be over was ever approved, or whose it was. Ids and days, never a name or a time of day. Seals of form 1 have none.
alter table evidence_seals add column subject text not null default '';

-- Employees are changed, so they are no facts; that they were changed is one. The digest is salted with what the row of
-- the employee keeps for its newest version only: a former name cannot be guessed from it.
alter table employees add column salt bytea not null default sha256(gen_random_uuid()::text::bytea);
create table employee_versions (
    tenant_id   uuid           not null,
    employee_id uuid           not null,
    revision    bigint         not null,
    digest      bytea          not null,
    changed_at  timestamptz(3) not null,
    constraint employee_versions_pkey primary key (tenant_id, employee_id, revision)
);
create function employee_digest(e employees) returns bytea language sql immutable set search_path = pg_catalog as $$
    select sha256(e.salt || convert_to(jsonb_build_array(e.id, e.number, e.display_name, e.email, e.department, e.state, e.revision)::text, 'UTF8'))
$$;
create trigger employee_versions_are_facts before update or delete or truncate on employee_versions
    for each statement execute function refuse_change();
create trigger employee_versions_are_noted after insert on employee_versions referencing new table as fresh
    for each statement execute function note_facts('employee_id, revision');

-- What there is is the first version that is known. The owner of the tables may look past the policies for that.
alter table employees no force row level security;
alter table evidence_todo no force row level security;
insert into employee_versions (tenant_id, employee_id, revision, digest, changed_at)
select tenant_id, id, revision, employee_digest(e), updated_at from employees e;
alter table evidence_todo force row level security;
alter table employees force row level security;

alter table employee_versions enable row level security;
alter table employee_versions force row level security;
create policy tenant on employee_versions to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
-- A version is written in the statement that changes the employee, whose policy has let that happen.
create policy department on employee_versions as restrictive to dakoku_attendance
    using ((select coalesce(current_setting('app.departments', true), '') = '')
           or exists (select from employees e where e.tenant_id = employee_versions.tenant_id and e.id = employee_versions.employee_id))
    with check (true);
create policy owner_reads on employee_versions for select to current_user using (true);
grant select, insert on employee_versions to dakoku_attendance;
-- Whoever owns the tables reads, to verify, what the facts lead to as well.
create policy owner_reads on companies for select to current_user using (true);
create policy owner_reads on employees for select to current_user using (true);
create policy owner_reads on timesheets for select to current_user using (true);
grant execute on function employee_digest(employees) to dakoku_attendance;

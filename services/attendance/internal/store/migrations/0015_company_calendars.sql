-- Every zone and closing day that a company had. A zone is in force from effective_at on, a closing day from the period
-- closing_from on: what was judged before stays, and periods follow each other without gap or overlap. Of several
-- versions for a period the one with the highest revision counts. companies keeps the newest, and its row is what
-- changes and submissions lock.
create table company_calendars (
    tenant_id    uuid           not null,
    revision     bigint         not null,
    effective_at timestamptz(3) not null,
    time_zone    text           not null constraint company_calendars_time_zone_check check (time_zone <> ''),
    closing_day  smallint       not null constraint company_calendars_closing_day_check check (closing_day between 1 and 28 or closing_day = 31),
    closing_from text           not null constraint company_calendars_closing_from_check check (closing_from ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    created_at   timestamptz(3) not null,
    constraint company_calendars_pkey primary key (tenant_id, revision)
);
create index company_calendars_in_force_idx on company_calendars (tenant_id, effective_at desc, revision desc);
create trigger company_calendars_are_facts before update or delete or truncate on company_calendars
    for each statement execute function refuse_change();
create trigger company_calendars_are_noted after insert on company_calendars referencing new table as fresh
    for each statement execute function note_facts('revision');

-- What there is has been in force from ever. The owner of the tables may look past the policies for that.
alter table companies no force row level security;
alter table evidence_todo no force row level security;
insert into company_calendars (tenant_id, revision, effective_at, time_zone, closing_day, closing_from, created_at)
select tenant_id, revision, '0001-01-01 00:00:00+00', time_zone, closing_day, '0001-01', updated_at from companies;
alter table evidence_todo force row level security;
alter table companies force row level security;

alter table company_calendars enable row level security;
alter table company_calendars force row level security;
create policy tenant on company_calendars to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy owner_reads on company_calendars for select to current_user using (true);
grant select, insert on company_calendars to dakoku_attendance;

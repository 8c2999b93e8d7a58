-- Recorded facts. issued_at is the worked time. time_zone, cutoff and longest shift are those of the moment of
-- recording: a later change of the rules moves no punch. business_day is the day as judged then.
create table punches (
    tenant_id             uuid           not null,
    id                    uuid           not null,
    employee_id           uuid           not null,
    event_key             bytea,
    connection_id         uuid,
    kind                  text           not null constraint punches_kind_check check (kind in ('CLOCK_IN', 'BREAK_START', 'BREAK_END', 'CLOCK_OUT', 'GO_OUT', 'COME_BACK')),
    issued_at             timestamptz(3) not null,
    received_at           timestamptz(3) not null,
    recorded_at           timestamptz(3) not null,
    business_day          date           not null,
    time_zone             text           not null,
    cutoff_minutes        smallint       not null,
    longest_shift_minutes smallint       not null,
    source                text           not null constraint punches_source_check check (source in ('CHAT', 'MANUAL')),
    phrase                text           not null,
    trigger_word          text           not null,
    settings_version      bigint         not null,
    sealed_text           bytea,
    constraint punches_pkey primary key (tenant_id, id),
    constraint punches_event_key unique (tenant_id, event_key),
    constraint punches_source_event_check check ((source = 'CHAT') = (event_key is not null)),
    constraint punches_employee_fkey foreign key (tenant_id, employee_id) references employees (tenant_id, id),
    constraint punches_event_fkey foreign key (tenant_id, event_key) references event_outcomes (tenant_id, event_key)
);
-- Without the tenant on purpose: ids are unique everywhere, and an index that begins with the tenant looks as good as
-- the primary key to a planner without statistics, which then reads the whole tenant for every employee of a batch.
create index punches_employee_idx on punches (employee_id, issued_at);
create index punches_day_idx on punches (tenant_id, business_day desc, issued_at desc, id desc);
alter table punches enable row level security;
alter table punches force row level security;
create policy tenant on punches to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on punches to dakoku_attendance;
create trigger punches_are_facts before update or delete or truncate on punches
    for each statement execute function refuse_change();

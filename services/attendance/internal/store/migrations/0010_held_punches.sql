-- Punches into submitted or approved periods: kept as they were said, counting nowhere. The id is the one that the
-- punch gets if it is applied, which its sealed text is bound to.
create table held_punches (
    tenant_id             uuid           not null,
    id                    uuid           not null,
    employee_id           uuid           not null,
    event_key             bytea          not null,
    connection_id         uuid           not null,
    kind                  text           not null constraint held_punches_kind_check check (kind in ('CLOCK_IN', 'BREAK_START', 'BREAK_END', 'CLOCK_OUT', 'GO_OUT', 'COME_BACK')),
    issued_at             timestamptz(3) not null,
    received_at           timestamptz(3) not null,
    held_at               timestamptz(3) not null,
    business_day          date           not null,
    period                text           not null,
    time_zone             text           not null,
    cutoff_minutes        smallint       not null,
    longest_shift_minutes smallint       not null,
    double_tap_seconds    smallint       not null,
    duplicate_policy      text           not null,
    phrase                text           not null,
    trigger_word          text           not null,
    settings_version      bigint         not null,
    sealed_text           bytea,
    constraint held_punches_pkey primary key (tenant_id, id),
    constraint held_punches_event_key unique (tenant_id, event_key),
    constraint held_punches_employee_fkey foreign key (tenant_id, employee_id) references employees (tenant_id, id),
    constraint held_punches_event_fkey foreign key (tenant_id, event_key) references event_outcomes (tenant_id, event_key)
);
create index held_punches_time_idx on held_punches (tenant_id, issued_at desc, id desc);
alter table held_punches enable row level security;
alter table held_punches force row level security;
create policy tenant on held_punches to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on held_punches to dakoku_attendance;
create trigger held_punches_are_facts before update or delete or truncate on held_punches
    for each statement execute function refuse_change();

-- What became of a held punch, once and for all. One without a row waits.
create table held_punch_decisions (
    tenant_id  uuid           not null,
    held_id    uuid           not null,
    verb       text           not null constraint held_punch_decisions_verb_check check (verb in ('apply', 'discard')),
    actor      text           not null,
    reason     text           not null constraint held_punch_decisions_reason_check check (verb = 'apply' or reason <> ''),
    decided_at timestamptz(3) not null,
    constraint held_punch_decisions_pkey primary key (tenant_id, held_id),
    constraint held_punch_decisions_held_fkey foreign key (tenant_id, held_id) references held_punches (tenant_id, id)
);
alter table held_punch_decisions enable row level security;
alter table held_punch_decisions force row level security;
create policy tenant on held_punch_decisions to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on held_punch_decisions to dakoku_attendance;
create trigger held_punch_decisions_are_facts before update or delete or truncate on held_punch_decisions
    for each statement execute function refuse_change();

-- The one terminal outcome of every event, with the facts of the answer, so that a repeated event is answered as
-- before. The text of a message is never here.
create table event_outcomes (
    tenant_id           uuid           not null,
    event_key           bytea          not null constraint event_outcomes_event_key_check check (octet_length(event_key) = 32),
    connection_id       uuid           not null,
    employee_id         uuid,
    issued_at           timestamptz(3) not null,
    received_at         timestamptz(3) not null,
    room_kind           text           not null constraint event_outcomes_room_kind_check check (room_kind in ('UNKNOWN', 'DIRECT', 'GROUP')),
    verdict             text           not null constraint event_outcomes_verdict_check check (verdict in ('RECORDED', 'IGNORED', 'REFUSED')),
    reason              text           not null,
    kind                text           not null,
    business_day        date,
    period              text           not null,
    punch_id            uuid,
    answer              text           not null,
    answer_place        text           not null constraint event_outcomes_answer_place_check check (answer_place in ('SAME_ROOM', 'DIRECT')),
    time_text           text           not null,
    previous_time_text  text           not null,
    judged_at           timestamptz(3) not null,
    constraint event_outcomes_pkey primary key (tenant_id, event_key),
    constraint event_outcomes_reason_check check ((verdict = 'RECORDED') = (reason = '')),
    constraint event_outcomes_punch_check check ((verdict = 'RECORDED') = (punch_id is not null)),
    constraint event_outcomes_employee_fkey foreign key (tenant_id, employee_id) references employees (tenant_id, id)
);
alter table event_outcomes enable row level security;
alter table event_outcomes force row level security;
create policy tenant on event_outcomes to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on event_outcomes to dakoku_attendance;
create trigger event_outcomes_are_facts before update or delete or truncate on event_outcomes
    for each statement execute function refuse_change();

-- Who did what with a timesheet, in order; revision is the timesheet's after the verb.
create table timesheet_transitions (
    tenant_id   uuid           not null,
    employee_id uuid           not null,
    period      text           not null,
    revision    bigint         not null,
    verb        text           not null constraint timesheet_transitions_verb_check check (verb in ('submit', 'withdraw', 'approve', 'cancelApproval', 'sendBack')),
    state       text           not null,
    actor       text           not null,
    comment     text           not null,
    occurred_at timestamptz(3) not null,
    constraint timesheet_transitions_pkey primary key (tenant_id, employee_id, period, revision),
    constraint timesheet_transitions_timesheet_fkey foreign key (tenant_id, employee_id, period)
        references timesheets (tenant_id, employee_id, period)
);
alter table timesheet_transitions enable row level security;
alter table timesheet_transitions force row level security;
create policy tenant on timesheet_transitions to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on timesheet_transitions to dakoku_attendance;
create trigger timesheet_transitions_are_facts before update or delete or truncate on timesheet_transitions
    for each statement execute function refuse_change();

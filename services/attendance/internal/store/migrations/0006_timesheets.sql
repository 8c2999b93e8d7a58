-- Where a period of one employee stands. A period without a row is open. The days are stored because a later change
-- of the closing day must not move what was submitted.
create table timesheets (
    tenant_id   uuid           not null,
    employee_id uuid           not null,
    period      text           not null constraint timesheets_period_check check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    state       text           not null constraint timesheets_state_check check (state in ('OPEN', 'SUBMITTED', 'APPROVED', 'SENT_BACK')),
    first_day   date           not null,
    last_day    date           not null,
    revision    bigint         not null,
    updated_at  timestamptz(3) not null,
    constraint timesheets_pkey primary key (tenant_id, employee_id, period),
    constraint timesheets_days_check check (first_day <= last_day),
    constraint timesheets_employee_fkey foreign key (tenant_id, employee_id) references employees (tenant_id, id)
);
alter table timesheets enable row level security;
alter table timesheets force row level security;
create policy tenant on timesheets to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on timesheets to dakoku_attendance;

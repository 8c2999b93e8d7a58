-- People whose attendance is recorded. Recording a punch and moving a timesheet lock the person's row first, which
-- is what puts the two in one order.
create table employees (
    tenant_id    uuid           not null,
    id           uuid           not null,
    number       text           not null constraint employees_number_check check (number <> ''),
    display_name text           not null constraint employees_display_name_check check (display_name <> ''),
    email        text           not null,
    department   text           not null,
    state        text           not null constraint employees_state_check check (state in ('ACTIVE', 'INACTIVE')),
    revision     bigint         not null default 1,
    created_at   timestamptz(3) not null,
    updated_at   timestamptz(3) not null,
    constraint employees_pkey primary key (tenant_id, id),
    constraint employees_number_key unique (tenant_id, number),
    constraint employees_id_key unique (id) -- a batch locks employees of many organizations by id alone
);
alter table employees enable row level security;
alter table employees force row level security;
create policy tenant on employees to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on employees to dakoku_attendance;

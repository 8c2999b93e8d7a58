-- People who may log in. A log-in names no tenant, so the e-mail address is
-- unique over all of them and is looked up with the worker role.
create table accounts (
    tenant_id     uuid           not null,
    id            uuid           not null,
    email         text           not null constraint accounts_email_check check (char_length(email) between 3 and 254),
    email_key     text           not null constraint accounts_email_key_key unique,
    display_name  text           not null constraint accounts_display_name_check check (char_length(display_name) between 1 and 100),
    role          text           not null constraint accounts_role_check
        check (role in ('ADMINISTRATOR', 'MANAGER', 'EMPLOYEE', 'EMPLOYEE_READ_ONLY', 'AUDITOR')),
    password_hash text           not null,
    create_time   timestamptz(3) not null,
    constraint accounts_pkey primary key (tenant_id, id),
    constraint accounts_tenant_fkey foreign key (tenant_id) references organizations (tenant_id)
);

alter table accounts enable row level security;
alter table accounts force row level security;
create policy tenant on accounts to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on accounts for select to dakoku_identity_worker using (true);

grant select, insert, update, delete on accounts to dakoku_identity;
grant select on accounts to dakoku_identity_worker;

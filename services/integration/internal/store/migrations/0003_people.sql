-- Which employee a LINE WORKS account belongs to, one-to-one in an organization.
create table account_link (
    tenant_id   uuid           not null,
    employee_id uuid           not null,
    account     text           not null constraint account_link_account_check check (account <> '' and account = lower(account)),
    created_at  timestamptz(3) not null,
    revision    bigint         not null,
    constraint account_link_pkey primary key (tenant_id, employee_id),
    constraint account_link_account_key unique (tenant_id, account)
);
alter table account_link enable row level security;
alter table account_link force row level security;
create policy tenant on account_link to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update, delete on account_link to dakoku_integration;

-- What LINE WORKS said about a userId, and when. No login id: it knows no such user.
create table sender (
    tenant_id  uuid           not null,
    user_id    text           not null,
    login_id   text,
    checked_at timestamptz(3) not null,
    constraint sender_pkey primary key (tenant_id, user_id)
);
alter table sender enable row level security;
alter table sender force row level security;
create policy tenant on sender to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on sender to dakoku_integration;

-- The permanent userId of the linked person, once LINE WORKS named it, and since when LINE WORKS does not know the person.
alter table account_link
    add column user_id text constraint account_link_user_id_check check (user_id <> ''),
    add column gone_at timestamptz(3),
    add constraint account_link_user_id_key unique (tenant_id, user_id);

create function refuse_link_change() returns trigger language plpgsql as $$
begin
    raise exception '% is insert-only', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

-- What happened to the link of an employee, in order; written with the change itself and never changed.
create table account_link_change (
    tenant_id   uuid           not null,
    seq         bigint         not null generated always as identity,
    employee_id uuid           not null,
    occurred_at timestamptz(3) not null,
    verb        text           not null constraint account_link_change_verb_check
        check (verb in ('LINKED', 'UNLINKED', 'IDENTIFIED', 'RENAMED', 'GONE', 'RETURNED')),
    account     text           not null,
    user_id     text           not null,
    actor       text           not null,
    source      text           not null constraint account_link_change_source_check
        check (source in ('EDIT', 'IMPORT', 'SYNC', 'UNLINKED_SENDER', 'PLATFORM')),
    constraint account_link_change_pkey primary key (tenant_id, seq)
);
create index account_link_change_page on account_link_change (tenant_id, employee_id, seq);
alter table account_link_change enable row level security;
alter table account_link_change force row level security;
create policy tenant on account_link_change to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on account_link_change to dakoku_integration;
create trigger account_link_change_is_a_fact before update or delete or truncate on account_link_change
    for each statement execute function refuse_link_change();

-- People whose events came and who are linked to nobody. sender is the userId of API 2.0 or the login id of API 1.0.
create table unlinked_sender (
    tenant_id     uuid           not null,
    id            uuid           not null,
    api_version   text           not null constraint unlinked_sender_api_version_check check (api_version in ('V1', 'V2')),
    sender        text           not null constraint unlinked_sender_sender_check check (sender <> ''),
    login_id      text           not null,
    connection_id uuid           not null,
    first_at      timestamptz(3) not null,
    last_at       timestamptz(3) not null,
    tries         integer        not null,
    constraint unlinked_sender_pkey primary key (tenant_id, id),
    constraint unlinked_sender_sender_key unique (tenant_id, api_version, sender),
    constraint unlinked_sender_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create index unlinked_sender_page on unlinked_sender (tenant_id, last_at, id);
create index unlinked_sender_login on unlinked_sender (tenant_id, login_id);
alter table unlinked_sender enable row level security;
alter table unlinked_sender force row level security;
create policy tenant on unlinked_sender to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update, delete on unlinked_sender to dakoku_integration;

-- A run of the directory sync. Whoever holds the lease works on it; the lease number fences whoever held it before.
-- First people are read page by page (page_cursor), then employees are compared in the order of their ids (compared_to).
create table link_sync (
    tenant_id          uuid           not null,
    id                 uuid           not null,
    connection_id      uuid           not null,
    validate_only      boolean        not null,
    actor              text           not null,
    state              text           not null constraint link_sync_state_check check (state in ('RUNNING', 'DONE', 'FAILED')),
    reason             text           not null default '',
    all_read           boolean        not null default false,
    page_cursor        text           not null default '',
    compared_to        uuid           not null default '00000000-0000-0000-0000-000000000000',
    users_read         integer        not null default 0,
    employees_compared integer        not null default 0,
    created            integer        not null default 0,
    changed            integer        not null default 0,
    unchanged          integer        not null default 0,
    failed             integer        not null default 0,
    no_match           integer        not null default 0,
    lease              bigint         not null default 0,
    due_at             timestamptz(3) not null,
    created_at         timestamptz(3) not null,
    ended_at           timestamptz(3),
    constraint link_sync_pkey primary key (tenant_id, id),
    constraint link_sync_ended_check check ((state = 'RUNNING') = (ended_at is null)),
    constraint link_sync_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create unique index link_sync_running on link_sync (tenant_id) where state = 'RUNNING';
create index link_sync_due on link_sync (due_at) where state = 'RUNNING';
alter table link_sync enable row level security;
alter table link_sync force row level security;
create policy tenant on link_sync to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on link_sync for select to dakoku_integration_worker using (true);
grant select, insert, update on link_sync to dakoku_integration;
grant select (tenant_id, id, state, due_at) on link_sync to dakoku_integration_worker;

-- People that a running sync has read; they are erased when it ends.
create table link_sync_person (
    tenant_id uuid not null,
    sync_id   uuid not null,
    user_id   text not null,
    login_id  text not null,
    constraint link_sync_person_pkey primary key (tenant_id, sync_id, user_id),
    constraint link_sync_person_sync_fkey foreign key (tenant_id, sync_id) references link_sync (tenant_id, id)
);
create index link_sync_person_login on link_sync_person (tenant_id, sync_id, login_id);
alter table link_sync_person enable row level security;
alter table link_sync_person force row level security;
create policy tenant on link_sync_person to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, delete on link_sync_person to dakoku_integration;

-- What a sync came to, in the order of the employees, without what was as it should be.
create table link_sync_result (
    tenant_id       uuid not null,
    sync_id         uuid not null,
    employee_id     uuid not null,
    employee_number text not null,
    account         text not null,
    result          text not null constraint link_sync_result_result_check check (result in ('CREATED', 'CHANGED', 'FAILED', 'NO_MATCH')),
    reason          text not null,
    constraint link_sync_result_pkey primary key (tenant_id, sync_id, employee_id),
    constraint link_sync_result_sync_fkey foreign key (tenant_id, sync_id) references link_sync (tenant_id, id)
);
alter table link_sync_result enable row level security;
alter table link_sync_result force row level security;
create policy tenant on link_sync_result to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on link_sync_result to dakoku_integration;

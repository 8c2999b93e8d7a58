-- One row per connection of an organization to a chat service.
create table connection (
    tenant_id    uuid           not null,
    id           uuid           not null,
    display_name text           not null constraint connection_display_name_check check (display_name <> ''),
    state        text           not null constraint connection_state_check check (state in ('DRAFT', 'ACTIVE', 'DISABLED', 'BROKEN')),
    state_reason text           not null,
    created_at   timestamptz(3) not null,
    revision     bigint         not null,
    constraint connection_pkey primary key (tenant_id, id),
    constraint connection_reason_check check ((state = 'BROKEN') = (state_reason <> ''))
);
create index connection_page on connection (tenant_id, created_at, id);
alter table connection enable row level security;
alter table connection force row level security;
create policy tenant on connection to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on connection to dakoku_integration;

-- Callback tokens: hashed to be found, sealed to be shown again. Never deleted.
create table callback_token (
    tenant_id     uuid           not null,
    id            uuid           not null,
    connection_id uuid           not null,
    token_hash    bytea          not null constraint callback_token_hash_check check (octet_length(token_hash) = 32),
    sealed        bytea          not null,
    created_at    timestamptz(3) not null,
    revoked_at    timestamptz(3),
    constraint callback_token_pkey primary key (tenant_id, id),
    constraint callback_token_hash_key unique (token_hash),
    constraint callback_token_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create index callback_token_live on callback_token (tenant_id, connection_id) where revoked_at is null;
alter table callback_token enable row level security;
alter table callback_token force row level security;
create policy tenant on callback_token to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on callback_token for select to dakoku_integration_worker using (true);
grant select, insert on callback_token to dakoku_integration;
grant update (revoked_at) on callback_token to dakoku_integration;
grant select on callback_token to dakoku_integration_worker;

-- The current keys of a connection; everything but the bot's number is sealed.
create table credentials (
    tenant_id     uuid           not null,
    connection_id uuid           not null,
    api_version   text           not null constraint credentials_api_version_check check (api_version in ('V1', 'V2')),
    bot           text           not null constraint credentials_bot_check check (bot <> ''),
    sealed        bytea          not null,
    updated_at    timestamptz(3) not null,
    revision      bigint         not null,
    constraint credentials_pkey primary key (tenant_id, connection_id),
    constraint credentials_bot_key unique (tenant_id, bot),
    constraint credentials_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
alter table credentials enable row level security;
alter table credentials force row level security;
create policy tenant on credentials to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on credentials for select to dakoku_integration_worker using (true);
grant select, insert, update on credentials to dakoku_integration;
grant select on credentials to dakoku_integration_worker;

-- The access token of a connection, shared by all processes, and who renews it now.
create table access_token (
    tenant_id           uuid           not null,
    connection_id       uuid           not null,
    credential_revision bigint         not null,
    version             bigint         not null,
    sealed              bytea,
    expires_at          timestamptz(3) not null,
    refresh_at          timestamptz(3) not null,
    renewing_until      timestamptz(3) not null,
    constraint access_token_pkey primary key (tenant_id, connection_id),
    constraint access_token_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
alter table access_token enable row level security;
alter table access_token force row level security;
create policy tenant on access_token to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on access_token to dakoku_integration;

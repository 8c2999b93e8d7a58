-- Which connection an organization's bot belongs to. Several sets of keys of that connection may name it.
create table connection_bot (
    tenant_id     uuid not null,
    bot           text not null constraint connection_bot_bot_check check (bot <> ''),
    connection_id uuid not null,
    constraint connection_bot_pkey primary key (tenant_id, bot),
    constraint connection_bot_connection_key unique (tenant_id, bot, connection_id),
    constraint connection_bot_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
-- The owner of the tables has to see the rows that are carried over, and those that a foreign key is checked with.
alter table credentials no force row level security;
insert into connection_bot select tenant_id, bot, connection_id from credentials;
alter table connection_bot enable row level security;
create policy tenant on connection_bot to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, delete on connection_bot to dakoku_integration;

-- A connection has one set of keys for each role. A set never changes but for its role; one that is replaced,
-- retired or discarded is deleted. What may be shown stands in the clear, so that showing it opens nothing.
drop table access_token;
alter table credentials
    drop constraint credentials_pkey,
    drop constraint credentials_bot_key,
    add column id uuid not null default gen_random_uuid(),
    add column role text not null default 'CURRENT' constraint credentials_role_check check (role in ('CURRENT', 'STAGED', 'PREVIOUS')),
    add column expires_at timestamptz(3),
    add column client_id text not null default '',
    add column service_account text not null default '',
    add column server_id text not null default '',
    add column private_key_print text not null default '',
    add column bot_secret_print text not null default '',
    add column client_secret_print text not null default '',
    add column api_id_print text not null default '',
    add column consumer_key_print text not null default '',
    add constraint credentials_pkey primary key (tenant_id, id),
    add constraint credentials_role_key unique (tenant_id, connection_id, role),
    add constraint credentials_revision_key unique (tenant_id, connection_id, revision),
    add constraint credentials_expiry_check check (expires_at is null or role = 'PREVIOUS'),
    add constraint credentials_bot_fkey foreign key (tenant_id, bot, connection_id) references connection_bot (tenant_id, bot, connection_id);
alter table credentials
    alter column id drop default, alter column role drop default, alter column client_id drop default,
    alter column service_account drop default, alter column server_id drop default,
    alter column private_key_print drop default, alter column bot_secret_print drop default,
    alter column client_secret_print drop default, alter column api_id_print drop default, alter column consumer_key_print drop default;
alter table credentials rename column updated_at to stored_at;
create index credentials_expiry on credentials (expires_at) where expires_at is not null;
create index credentials_bot on credentials (tenant_id, bot, connection_id);
revoke update on credentials from dakoku_integration;
grant update (role, expires_at), delete on credentials to dakoku_integration;

-- The access token of a set, shared by all processes, and who renews it now. It is gone with its set.
create table access_token (
    tenant_id      uuid           not null,
    set_id         uuid           not null,
    version        bigint         not null,
    sealed         bytea,
    expires_at     timestamptz(3) not null,
    refresh_at     timestamptz(3) not null,
    renewing_until timestamptz(3) not null,
    constraint access_token_pkey primary key (tenant_id, set_id),
    constraint access_token_set_fkey foreign key (tenant_id, set_id) references credentials (tenant_id, id) on delete cascade
);
alter table access_token enable row level security;
alter table access_token force row level security;
create policy tenant on access_token to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on access_token to dakoku_integration;

-- Who did what to which set, when. Rows are facts: nobody changes or deletes one. role is empty once the set is erased.
create table credential_change (
    tenant_id           uuid           not null,
    id                  uuid           not null,
    connection_id       uuid           not null,
    set_id              uuid           not null,
    revision            bigint         not null,
    at                  timestamptz(3) not null,
    actor               text           not null,
    verb                text           not null constraint credential_change_verb_check check (verb <> ''),
    role                text           not null constraint credential_change_role_check check (role in ('CURRENT', 'STAGED', 'PREVIOUS', '')),
    api_version         text           not null,
    bot                 text           not null,
    private_key_print   text           not null,
    bot_secret_print    text           not null,
    client_secret_print text           not null,
    api_id_print        text           not null,
    consumer_key_print  text           not null,
    constraint credential_change_pkey primary key (tenant_id, id),
    constraint credential_change_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create index credential_change_revision on credential_change (tenant_id, connection_id, revision);
insert into credential_change
    select tenant_id, gen_random_uuid(), connection_id, id, revision, stored_at, '', 'PUT', role, api_version, bot, '', '', '', '', '' from credentials;
alter table credentials force row level security;
alter table connection_bot force row level security;
alter table credential_change enable row level security;
alter table credential_change force row level security;
create policy tenant on credential_change to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on credential_change to dakoku_integration;

-- Each occasion on which a set was opened, written before it was.
create table secret_use (
    tenant_id         uuid           not null,
    id                uuid           not null,
    connection_id     uuid           not null,
    set_id            uuid           not null,
    at                timestamptz(3) not null,
    caller            text           not null constraint secret_use_caller_check check (caller <> ''),
    purpose           text           not null constraint secret_use_purpose_check check (purpose <> ''),
    private_key_print text           not null,
    constraint secret_use_pkey primary key (tenant_id, id),
    constraint secret_use_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create index secret_use_page on secret_use (tenant_id, connection_id, at desc, id desc);
alter table secret_use enable row level security;
alter table secret_use force row level security;
create policy tenant on secret_use to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on secret_use to dakoku_integration;

create function keep_credential_facts() returns trigger language plpgsql as $$
begin
    raise exception '% is for ever', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger credential_change_facts before update or delete or truncate on credential_change execute function keep_credential_facts();
create trigger secret_use_facts before update or delete or truncate on secret_use execute function keep_credential_facts();

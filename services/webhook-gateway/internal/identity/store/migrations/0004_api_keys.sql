-- Keys of programs; the secret is here as SHA-256 only. A key that has ended
-- stays, so that later records can name it.
create table api_keys (
    tenant_id    uuid           not null,
    id           uuid           not null,
    display_name text           not null constraint api_keys_display_name_check check (char_length(display_name) between 1 and 100),
    role         text           not null constraint api_keys_role_check check (role in ('ADMINISTRATOR', 'MANAGER', 'AUDITOR')),
    secret_hash  bytea          not null constraint api_keys_secret_hash_key unique
        constraint api_keys_secret_hash_check check (octet_length(secret_hash) = 32),
    creator      text           not null,
    create_time  timestamptz(3) not null,
    expire_time  timestamptz(3) not null,
    end_time     timestamptz(3),
    constraint api_keys_pkey primary key (tenant_id, id),
    constraint api_keys_tenant_fkey foreign key (tenant_id) references organizations (tenant_id)
);

alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy tenant on api_keys to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on api_keys for select to dakoku_identity_worker using (true);

grant select, insert on api_keys to dakoku_identity;
grant update (end_time) on api_keys to dakoku_identity;
grant select on api_keys to dakoku_identity_worker;

-- One-time links with which a person chooses a password; the secret is here as
-- SHA-256 only. Whoever holds one names no tenant, so it is looked up with the
-- worker role, which may change nothing.
create table invitations (
    tenant_id   uuid           not null,
    id          uuid           not null,
    account_id  uuid           not null,
    secret_hash bytea          not null constraint invitations_secret_hash_key unique
        constraint invitations_secret_hash_check check (octet_length(secret_hash) = 32),
    remove_totp boolean        not null,
    create_time timestamptz(3) not null,
    expire_time timestamptz(3) not null,
    end_time    timestamptz(3),
    constraint invitations_pkey primary key (tenant_id, id),
    constraint invitations_account_fkey foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);

alter table invitations enable row level security;
alter table invitations force row level security;
create policy tenant on invitations to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on invitations for select to dakoku_identity_worker using (true);

grant select, insert on invitations to dakoku_identity;
grant update (end_time) on invitations to dakoku_identity;
grant select on invitations to dakoku_identity_worker;

-- An account has one link that works.
create unique index invitations_live_key on invitations (tenant_id, account_id) where end_time is null;

-- Log-ins. The browser's secret is here as SHA-256 only; it has 256 bits of its
-- own. A request names no tenant before it is identified, so the hash is looked
-- up with the worker role, which may change nothing but the time of last use.
create table sessions (
    tenant_id   uuid           not null,
    id          uuid           not null,
    account_id  uuid           not null,
    secret_hash bytea          not null constraint sessions_secret_hash_key unique
        constraint sessions_secret_hash_check check (octet_length(secret_hash) = 32),
    create_time timestamptz(3) not null,
    use_time    timestamptz(3) not null,
    end_time    timestamptz(3),
    constraint sessions_pkey primary key (tenant_id, id),
    constraint sessions_account_fkey foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);

alter table sessions enable row level security;
alter table sessions force row level security;
create policy tenant on sessions to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on sessions to dakoku_identity_worker using (true);

grant select, insert, update on sessions to dakoku_identity;
grant select, update (use_time), delete on sessions to dakoku_identity_worker;

create index sessions_account_idx on sessions (tenant_id, account_id);
create index sessions_create_time_idx on sessions (create_time);

-- Accounts at the OpenID provider that are the way into accounts here: one for
-- each. Of the person there is a SHA-256 of issuer and subject alone. A log-in
-- names no tenant, so the hash is unique over all of them and is looked up with
-- the worker role.
create table openid_subjects (
    tenant_id    uuid           not null,
    account_id   uuid           not null,
    subject_hash bytea          not null constraint openid_subjects_subject_hash_key unique
        constraint openid_subjects_subject_hash_check check (octet_length(subject_hash) = 32),
    issuer       text           not null constraint openid_subjects_issuer_check check (char_length(issuer) between 1 and 512),
    create_time  timestamptz(3) not null,
    constraint openid_subjects_pkey primary key (tenant_id, account_id),
    constraint openid_subjects_account_fkey foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);

alter table openid_subjects enable row level security;
alter table openid_subjects force row level security;
create policy tenant on openid_subjects to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on openid_subjects for select to dakoku_identity_worker using (true);

grant select, insert, delete on openid_subjects to dakoku_identity;
grant select on openid_subjects to dakoku_identity_worker;

-- Log-ins at the provider that browsers have begun. It holds no tenant's data:
-- the secret of the browser, the link that is to be accepted and the person are
-- here as SHA-256.
create table openid_errands (
    secret_hash     bytea          not null constraint openid_errands_pkey primary key
        constraint openid_errands_secret_hash_check check (octet_length(secret_hash) = 32),
    invitation_hash bytea          constraint openid_errands_invitation_hash_check check (octet_length(invitation_hash) = 32),
    subject_hash    bytea          constraint openid_errands_subject_hash_check check (octet_length(subject_hash) = 32),
    expire_time     timestamptz(3) not null
);

grant select, insert, delete on openid_errands to dakoku_identity;

create index openid_errands_expire_time_idx on openid_errands (expire_time);

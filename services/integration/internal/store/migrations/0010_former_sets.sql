-- Every set that was current once goes on verifying callbacks for 24 hours, also after later ones took its place:
-- it has the role FORMER, which any number of a connection's sets may have. replaced_at is when a set ceased to be
-- current; null while it is, and where it never was.
alter table credentials
    add column replaced_at timestamptz(3),
    drop constraint credentials_role_key,
    drop constraint credentials_role_check,
    add constraint credentials_role_check check (role in ('CURRENT', 'STAGED', 'PREVIOUS', 'FORMER')),
    drop constraint credentials_expiry_check,
    add constraint credentials_expiry_check check (role = 'PREVIOUS' or (expires_at is not null) = (role = 'FORMER'));
create unique index credentials_role on credentials (tenant_id, connection_id, role) where role <> 'FORMER';
grant update (replaced_at) on credentials to dakoku_integration;

-- The owner of the tables has to see the rows that are carried over.
alter table credentials no force row level security;
update credentials set replaced_at = expires_at - interval '24 hours' where expires_at is not null;
alter table credentials force row level security;

alter table credential_change
    drop constraint credential_change_role_check,
    add constraint credential_change_role_check check (role in ('CURRENT', 'STAGED', 'PREVIOUS', 'FORMER', ''));

-- Wrong attempts in a row, by the SHA-256 of what was tried (a log-in name, or
-- the setup secret). It holds no tenant's data: an unknown log-in name is
-- remembered like a known one.
create table attempts (
    key_hash   bytea          not null constraint attempts_pkey primary key
        constraint attempts_key_hash_check check (octet_length(key_hash) = 32),
    failures   integer        not null constraint attempts_failures_check check (failures >= 0),
    until_time timestamptz(3) not null,
    last_time  timestamptz(3) not null
);

grant select, insert, update, delete on attempts to dakoku_identity;

create index attempts_last_time_idx on attempts (last_time);

-- The one offer of a set-up. It is done for good: a done row has no secret, and
-- no statement of the service makes it open again.
create table setup (
    id          smallint       not null constraint setup_pkey primary key constraint setup_id_check check (id = 1),
    secret_hash bytea          constraint setup_secret_hash_check check (octet_length(secret_hash) = 32),
    done_time   timestamptz(3),
    constraint setup_done_check check ((secret_hash is null) = (done_time is not null))
);

grant select, insert, update on setup to dakoku_identity;

create function setup_stays_done() returns trigger language plpgsql as $$
begin
    raise exception 'set-up is done for good' using errcode = 'check_violation', constraint = 'setup_stays_done';
end
$$;

create trigger setup_stays_done before update or delete on setup
    for each row when (old.done_time is not null) execute function setup_stays_done();

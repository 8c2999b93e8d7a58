-- The database judges by its own clock what may go: the times that a seal and a tombstone bear are written by the
-- service, and a role of the service that wrote years into them could remove what is minutes old. With both bound to the
-- clock, a row that only_with_tombstone lets go was sealed three years ago, less a day and an hour.
create function wall_clock() returns timestamptz language sql stable set search_path = pg_catalog as 'select clock_timestamp()';

create function tombstone_of_now() returns trigger language plpgsql as $$
begin
    if new.erased_at > attendance.wall_clock() + interval '1 hour' then
        raise exception 'a tombstone is ahead of the clock of the database' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger evidence_erasures_are_of_now before insert on evidence_erasures for each row execute function tombstone_of_now();

-- The service's clock may be behind; by a day nothing is gained.
create function seals_of_now() returns trigger language plpgsql as $$
begin
    if exists (select from fresh f where f.sealed_at < attendance.wall_clock() - interval '1 day') then
        raise exception 'a seal is older than the clock of the database allows' using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;
create trigger evidence_seals_are_of_now after insert on evidence_seals referencing new table as fresh for each statement execute function seals_of_now();

-- Lets a test be told, so many times, that its transaction was rolled back.
create sequence refusals;
grant usage on sequence refusals to dakoku_ledger;
create function refuse_until(times bigint) returns void language plpgsql as $$
begin
    if nextval('ledger.refusals') <= times then
        raise exception 'try again' using errcode = 'serialization_failure';
    end if;
end $$;

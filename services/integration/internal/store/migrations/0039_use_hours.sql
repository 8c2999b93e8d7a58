-- What is counted lies in its hour: a time behind it would stand as the last use for ever, for the last is the greatest. A use
-- in the last half millisecond is written with the end of the hour. A row that has such a time already is counted on.
create or replace function count_secret_use() returns trigger language plpgsql as $$
begin
    if old.hour is null or new.uses <= old.uses or new.last_at is null or new.last_at < coalesce(old.last_at, old.at) then
        raise exception 'a use that is counted stays counted' using errcode = 'insufficient_privilege';
    end if;
    if new.last_at > old.hour + interval '1 hour' and new.last_at is distinct from old.last_at then
        raise exception 'a use is counted in its hour' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

-- What the role of the purge blanks is judged by the clock of the database as well: a text of a punch is kept for 90 days after it
-- was received, and the salt of a row, without which its seal proves nothing, for three years after the seal.

-- A text becomes nothing by the purge, after its 90 days; by a rotation it stays the same; by nobody else does it change. The
-- days are told in hours: a day of a time zone may be shorter.
create or replace function only_rewrapped() returns trigger language plpgsql as $$
declare
    was     bytea;
    becomes bytea;
begin
    execute format('select ($1).%1$I, ($2).%1$I', tg_argv[0]) into was, becomes using old, new;
    if current_user = 'dakoku_attendance_purge' and becomes is null then
        if was is not null and old.received_at + interval '2160 hours' > attendance.wall_clock() then
            raise exception 'a text of % is kept for 90 days by the clock of the database', tg_table_name using errcode = 'insufficient_privilege';
        end if;
        return new;
    end if;
    if attendance.payload_of(becomes) is distinct from attendance.payload_of(was) then
        raise exception 'what is sealed in % is never changed by a rotation', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

-- A salt is erased with what it was for, and is never another one. That of a text goes with the text, whose time it does not know.
create or replace function only_erased_salts() returns trigger language plpgsql as $$
begin
    if coalesce(new.salt <> old.salt, false) or coalesce(new.text_salt <> old.text_salt, false)
       or (new.salt is not null and old.salt is null) or (new.text_salt is not null and old.text_salt is null) then
        raise exception 'a salt is erased or stays as it is' using errcode = 'insufficient_privilege';
    end if;
    if new.salt is null and old.salt is not null and old.sealed_at + interval '3 years' > attendance.wall_clock() then
        raise exception 'the salt of a row is kept for three years by the clock of the database' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

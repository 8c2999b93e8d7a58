-- When the sealing key is replaced, the worker role wraps the data key of every stored body anew. The body itself it
-- cannot change, and a judged event stays as it is but for the wrapping of the body that is kept with it.

-- The part of a sealed value that follows the wrapped data key, whose length the first four bytes give.
create function payload_of(sealed bytea) returns bytea language sql immutable as $$
    select case when length(sealed) > 4 then substring(sealed from 5 + get_byte(sealed, 2) * 256 + get_byte(sealed, 3)) else sealed end
$$;

create function only_rewrapped() returns trigger language plpgsql as $$
declare
    was     bytea;
    becomes bytea;
begin
    execute format('select ($1).%1$I, ($2).%1$I', tg_argv[0]) into was, becomes using old, new;
    if gateway.payload_of(becomes) is distinct from gateway.payload_of(was) then
        raise exception 'what is sealed in % is never changed by a rotation', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

grant select, update (value) on seal_check to dakoku_gateway_worker;
create trigger seal_check_is_rewrapped before update on seal_check for each row
    when (current_user = 'dakoku_gateway_worker') execute function only_rewrapped('value');

grant update (body) on inbox to dakoku_gateway_worker;
create trigger inbox_is_rewrapped before update of body on inbox for each row
    when (current_user = 'dakoku_gateway_worker') execute function only_rewrapped('body');

create or replace function keep_inbox() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'rows of % are never removed', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    if old.outcome <> 'PENDING' and
       ((new.outcome, new.reason, new.employee_id, new.punch_id, new.person, new.done_at, new.lease, new.due_at, new.attempts,
         new.deferrals, new.failures)
        is distinct from
        (old.outcome, old.reason, old.employee_id, old.punch_id, old.person, old.done_at, old.lease, old.due_at, old.attempts,
         old.deferrals, old.failures)
        or gateway.payload_of(new.body) is distinct from gateway.payload_of(old.body))
    then
        raise exception 'a judged event is never judged again' using errcode = 'insufficient_privilege';
    end if;
    if (new.tenant_id, new.id, new.connection_id, new.token_id, new.key, new.issued_at, new.issued_known, new.api_version, new.room_kind,
        new.received_at)
       is distinct from
       (old.tenant_id, old.id, old.connection_id, old.token_id, old.key, old.issued_at, old.issued_known, old.api_version, old.room_kind,
        old.received_at)
       or (new.person is not null and new.person is distinct from old.person)
       or new.deliveries < old.deliveries
    then
        raise exception 'what was received is never changed' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

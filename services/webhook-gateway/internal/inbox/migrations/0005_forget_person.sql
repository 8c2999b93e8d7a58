-- Who it was is forgotten with the outcome whoever writes it: a program from before 0003_order.sql does not know the column,
-- and during an upgrade it completes rows that a newer one has put.
create or replace function keep_inbox() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'rows of % are never removed', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    if old.outcome = 'PENDING' and new.outcome <> 'PENDING' then
        new.person := null;
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

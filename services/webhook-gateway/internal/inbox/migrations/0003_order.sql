-- The callback token that the event came in by; null for events from before tokens were noted.
-- Whose event it is, by a hash, as long as it waits: one person's events are judged in the order of their issued times.
-- It is erased with the outcome, and for an event that failed by itself so often that it may hold up nobody any more.
alter table inbox
    add column token_id uuid,
    add column person   bytea constraint inbox_person_check check (person is null or (octet_length(person) = 32 and outcome = 'PENDING')),
    add column failures integer not null default 0;
create index inbox_person on inbox (person, issued_at, id) where outcome = 'PENDING' and person is not null;
grant update (person, failures) on inbox to dakoku_gateway;

create or replace function keep_inbox() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'rows of % are never removed', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    if old.outcome <> 'PENDING' and
       (new.outcome, new.reason, new.employee_id, new.punch_id, new.body, new.person, new.done_at, new.lease, new.due_at, new.attempts,
        new.deferrals, new.failures)
       is distinct from
       (old.outcome, old.reason, old.employee_id, old.punch_id, old.body, old.person, old.done_at, old.lease, old.due_at, old.attempts,
        old.deferrals, old.failures)
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

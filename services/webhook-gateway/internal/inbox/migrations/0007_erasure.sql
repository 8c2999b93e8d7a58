-- The body of a quarantined event is erased 90 days after it was received, like every text: long enough to look at it.
-- A role of its own may do that and nothing else. An event that is not judged yet keeps its body, however old.
grant usage on schema gateway to dakoku_gateway_erasure;
grant select (tenant_id, id, outcome, received_at, body), update (body) on inbox to dakoku_gateway_erasure;
create policy erasure_reads on inbox for select to dakoku_gateway_erasure using (outcome = 'QUARANTINED');
create policy erasure on inbox for update to dakoku_gateway_erasure using (outcome = 'QUARANTINED') with check (outcome = 'QUARANTINED' and body is null);
create index inbox_quarantined on inbox (received_at) where outcome = 'QUARANTINED' and body is not null;

alter table inbox drop constraint inbox_body_check;
alter table inbox add constraint inbox_body_check check (case outcome when 'PENDING' then body is not null when 'QUARANTINED' then true else body is null end);

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
        or gateway.payload_of(new.body) is distinct from gateway.payload_of(old.body)
           and not (current_user = 'dakoku_gateway_erasure' and new.body is null))
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

-- One row per accepted event of any organization. It is written before the 200 and completed once; after that only
-- the count of deliveries moves.
create table inbox (
    tenant_id        uuid           not null,
    id               uuid           not null,
    connection_id    uuid           not null,
    -- Two deliveries with the same key are the same event. Unreadable events have the epoch as issued time.
    key              bytea          not null constraint inbox_key_check check (octet_length(key) = 32),
    issued_at        timestamptz(3) not null,
    issued_known     boolean        not null,
    api_version      smallint       not null constraint inbox_api_version_check check (api_version in (1, 2)),
    room_kind        text           not null constraint inbox_room_kind_check check (room_kind in ('UNKNOWN', 'DIRECT', 'GROUP')),
    -- The signed body, sealed. Erased when the event is judged, unless somebody has to look at it.
    body             bytea,
    deliveries       integer        not null constraint inbox_deliveries_check check (deliveries > 0),
    received_at      timestamptz(3) not null,
    last_received_at timestamptz(3) not null,
    outcome          text           not null constraint inbox_outcome_check
                         check (outcome in ('PENDING', 'RECORDED', 'IGNORED', 'REFUSED', 'QUARANTINED')),
    reason           text           not null default '',
    employee_id      text           not null default '',
    punch_id         text           not null default '',
    done_at          timestamptz(3),
    -- Whoever holds the lease may complete the row. due_at is when the row may be claimed: the end of the lease, or
    -- after a deferral the next try.
    lease            uuid,
    due_at           timestamptz(3),
    attempts         smallint       not null default 0,
    deferrals        integer        not null default 0,
    constraint inbox_pkey primary key (tenant_id, id),
    constraint inbox_event_key unique (tenant_id, issued_at, key),
    constraint inbox_done_check check ((outcome = 'PENDING') = (done_at is null)),
    constraint inbox_due_check check ((outcome = 'PENDING') = (due_at is not null)),
    constraint inbox_lease_check check (outcome = 'PENDING' or lease is null),
    constraint inbox_body_check check (outcome in ('PENDING', 'QUARANTINED') = (body is not null)),
    constraint inbox_punch_check check ((outcome = 'RECORDED') = (punch_id <> ''))
);
create index inbox_due on inbox (due_at) where outcome = 'PENDING';
create index inbox_waiting on inbox (received_at) where outcome = 'PENDING';
create index inbox_newest on inbox (tenant_id, received_at desc, id desc);

alter table inbox enable row level security;
alter table inbox force row level security;
create policy tenant on inbox to dakoku_gateway
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on inbox to dakoku_gateway_worker using (true);
grant select, insert on inbox to dakoku_gateway;
grant update (deliveries, last_received_at, outcome, reason, employee_id, punch_id, body, done_at, lease, due_at, attempts, deferrals)
    on inbox to dakoku_gateway;
grant select, update (lease, due_at, attempts) on inbox to dakoku_gateway_worker;

-- What was received and what was judged is never changed.
create function keep_inbox() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'rows of % are never removed', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    if old.outcome <> 'PENDING' and
       (new.outcome, new.reason, new.employee_id, new.punch_id, new.body, new.done_at, new.lease, new.due_at, new.attempts, new.deferrals)
       is distinct from
       (old.outcome, old.reason, old.employee_id, old.punch_id, old.body, old.done_at, old.lease, old.due_at, old.attempts, old.deferrals)
    then
        raise exception 'a judged event is never judged again' using errcode = 'insufficient_privilege';
    end if;
    if (new.tenant_id, new.id, new.connection_id, new.key, new.issued_at, new.issued_known, new.api_version, new.room_kind, new.received_at)
       is distinct from
       (old.tenant_id, old.id, old.connection_id, old.key, old.issued_at, old.issued_known, old.api_version, old.room_kind, old.received_at)
       or new.deliveries < old.deliveries
    then
        raise exception 'what was received is never changed' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger inbox_is_kept before update or delete on inbox for each row execute function keep_inbox();
create trigger inbox_is_not_truncated before truncate on inbox for each statement execute function keep_inbox();

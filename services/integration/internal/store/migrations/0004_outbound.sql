-- Messages to people. A row is leased to be sent; the lease number fences whoever held it before. The content is
-- sealed and is erased with the last state. Priority 3: somebody LINE WORKS would not let us write to goes last.
create table outbound_message (
    tenant_id     uuid           not null,
    id            uuid           not null,
    connection_id uuid           not null,
    event_key     bytea          not null constraint outbound_message_event_key_check check (octet_length(event_key) = 32),
    api_version   text           not null constraint outbound_message_api_version_check check (api_version in ('V1', 'V2')),
    priority      smallint       not null constraint outbound_message_priority_check check (priority in (1, 2, 3)),
    content       bytea,
    state         text           not null default 'QUEUED' constraint outbound_message_state_check check (state in ('QUEUED', 'SENT', 'FAILED', 'EXPIRED')),
    reason        text           not null default '',
    attempts      integer        not null default 0,
    ambiguous     integer        not null default 0,
    refused_at    timestamptz(3),
    lease         bigint         not null default 0,
    lease_until   timestamptz(3),
    due_at        timestamptz(3) not null,
    created_at    timestamptz(3) not null,
    expires_at    timestamptz(3) not null,
    finished_at   timestamptz(3),
    constraint outbound_message_pkey primary key (tenant_id, id),
    constraint outbound_message_event_key_key unique (tenant_id, event_key),
    constraint outbound_message_finished_check check ((state = 'QUEUED') = (finished_at is null) and (state = 'QUEUED') = (content is not null)),
    constraint outbound_message_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create index outbound_message_due on outbound_message (connection_id, priority, due_at, id) where state = 'QUEUED';
create index outbound_message_sent on outbound_message (connection_id, finished_at) where state = 'SENT';
alter table outbound_message enable row level security;
alter table outbound_message force row level security;
create policy tenant on outbound_message to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on outbound_message for select to dakoku_integration_worker using (true);
grant select, insert, update on outbound_message to dakoku_integration;
grant select (tenant_id, connection_id, state, due_at, lease_until) on outbound_message to dakoku_integration_worker;

create function keep_terminal() returns trigger language plpgsql as $$
begin
    if old.state <> 'QUEUED' then
        raise exception 'message % is % for ever', old.id, old.state using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger outbound_message_terminal before update on outbound_message for each row execute function keep_terminal();

-- While closed_until lies ahead nothing is sent through the connection.
create table gate (
    tenant_id     uuid           not null,
    connection_id uuid           not null,
    closed_until  timestamptz(3) not null,
    failures      integer        not null,
    reason        text           not null,
    constraint gate_pkey primary key (tenant_id, connection_id),
    constraint gate_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
alter table gate enable row level security;
alter table gate force row level security;
create policy tenant on gate to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on gate for select to dakoku_integration_worker using (true);
grant select, insert, update on gate to dakoku_integration;
grant select (tenant_id, connection_id, closed_until) on gate to dakoku_integration_worker;

-- Who reads a message, as 16 bytes that name nobody; messages to one of them go out one after another. A message
-- that others were put together with names none; each of the others names it.
alter table outbound_message
    add column recipient bytea not null constraint outbound_message_recipient_check check (octet_length(recipient) = 16),
    add column sent_with uuid,
    add constraint outbound_message_sent_with_check check (sent_with is null or state = 'SENT');

drop index outbound_message_due;
create index outbound_message_due on outbound_message (connection_id, priority, due_at, created_at, id) where state = 'QUEUED';
create index outbound_message_recipient on outbound_message (connection_id, recipient) where state = 'QUEUED';
create index outbound_message_leased on outbound_message (connection_id, recipient) where lease_until is not null;
create index outbound_message_expiry on outbound_message (connection_id, expires_at) where state = 'QUEUED';

-- How many calls a connection may make to one API of LINE WORKS, for all processes together. Whoever claims a message
-- takes its call out of here in the same transaction, so the row's lock puts all claims of a connection in one order.
create table budget (
    tenant_id     uuid             not null,
    connection_id uuid             not null,
    api           text             not null constraint budget_api_check check (api in ('messages')),
    per_minute    integer          not null constraint budget_per_minute_check check (per_minute > 0),
    level         double precision not null,
    long_level    double precision not null,
    filled_at     timestamptz      not null,
    window_left   integer          not null,
    window_end    timestamptz      not null,
    credit        double precision not null,
    probed_at     timestamptz      not null,
    constraint budget_pkey primary key (tenant_id, connection_id, api),
    constraint budget_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
alter table budget enable row level security;
alter table budget force row level security;
create policy tenant on budget to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on budget to dakoku_integration;

-- A connection that was deleted stays as what other rows are about; nobody reads it any more.
alter table connection add column deleted_at timestamptz(3);
alter table connection add constraint connection_deleted_check check (deleted_at is null or state in ('DRAFT', 'DISABLED'));

-- What each process of the public door has seen of a connection in an hour. The numbers of one reporter only grow, so
-- that a report that comes twice or late changes nothing; an hour is the sum over its reporters.
create table traffic (
    tenant_id          uuid           not null,
    connection_id      uuid           not null,
    hour               timestamptz(0) not null constraint traffic_hour_check check (date_trunc('hour', hour, 'UTC') = hour),
    reporter           uuid           not null,
    callbacks          bigint         not null constraint traffic_callbacks_check check (callbacks >= 0),
    signature_failures bigint         not null constraint traffic_signature_failures_check check (signature_failures >= 0),
    unmatched_texts    bigint         not null constraint traffic_unmatched_texts_check check (unmatched_texts >= 0),
    last_callback_at   timestamptz(3),
    constraint traffic_pkey primary key (tenant_id, connection_id, hour, reporter),
    constraint traffic_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create index traffic_last on traffic (connection_id, last_callback_at) where last_callback_at is not null;
create index traffic_recent on traffic (connection_id, hour);
create index traffic_old on traffic (hour);
alter table traffic enable row level security;
alter table traffic force row level security;
create policy tenant on traffic to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on traffic to dakoku_integration_worker using (true);
grant select, insert, update on traffic to dakoku_integration;
grant select (hour), delete on traffic to dakoku_integration_worker;

-- Answers that LINE WORKS did not take, by the time of their end, and the people of a connection who are linked to nobody.
create index outbound_message_failed on outbound_message (connection_id, finished_at) where state in ('FAILED', 'EXPIRED');
create index unlinked_sender_connection on unlinked_sender (connection_id);

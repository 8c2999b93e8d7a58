-- Who changed what in this context, from which values to which, and from where.
-- A row is written by the transaction that makes the change. Nobody changes or
-- removes one; secrets, hashes and codes are never in it.
create table audit_events (
    tenant_id  uuid           not null,
    id         uuid           not null,
    event_time timestamptz(3) not null,
    actor_kind text           not null constraint audit_events_actor_kind_check
        check (actor_kind in ('account', 'apiKey', 'invitation', 'setup', 'operator')),
    actor      text           not null,
    address    text           not null constraint audit_events_address_check check (char_length(address) <= 45),
    request_id text           not null,
    action     text           not null constraint audit_events_action_check check (char_length(action) between 1 and 64),
    resource   text           not null constraint audit_events_resource_check check (char_length(resource) between 1 and 200),
    before     jsonb,
    after      jsonb,
    constraint audit_events_pkey primary key (tenant_id, id),
    constraint audit_events_tenant_fkey foreign key (tenant_id) references organizations (tenant_id)
);

alter table audit_events enable row level security;
alter table audit_events force row level security;
create policy tenant on audit_events to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));

grant select, insert on audit_events to dakoku_identity;

create index audit_events_time_idx on audit_events (tenant_id, event_time, id);

create function audit_events_stay() returns trigger language plpgsql as $$
begin
    raise exception 'what was noted is never changed' using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_events_stay before update or delete or truncate on audit_events
    for each statement execute function audit_events_stay();

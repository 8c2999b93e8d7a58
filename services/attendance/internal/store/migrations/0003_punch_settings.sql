-- Every version of a connection's punch settings; the highest is in force. Punches name the version they were read
-- under, so versions are never changed.
create table punch_settings (
    tenant_id        uuid           not null,
    connection_id    uuid           not null,
    version          bigint         not null constraint punch_settings_version_check check (version > 0),
    phrases          jsonb          not null,
    triggers         jsonb          not null,
    trigger_position text           not null constraint punch_settings_trigger_position_check check (trigger_position in ('ANYWHERE', 'HEAD')),
    reply_mode       text           not null constraint punch_settings_reply_mode_check check (reply_mode in ('ALWAYS', 'PROBLEMS_ONLY', 'NEVER')),
    reply_place      text           not null constraint punch_settings_reply_place_check check (reply_place in ('SAME_ROOM', 'DIRECT')),
    actor            text           not null,
    created_at       timestamptz(3) not null,
    constraint punch_settings_pkey primary key (tenant_id, connection_id, version)
);
alter table punch_settings enable row level security;
alter table punch_settings force row level security;
create policy tenant on punch_settings to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on punch_settings to dakoku_attendance;
create trigger punch_settings_are_facts before update or delete or truncate on punch_settings
    for each statement execute function refuse_change();

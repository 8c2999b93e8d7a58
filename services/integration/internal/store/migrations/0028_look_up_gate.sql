-- LINE WORKS refuses to say who people are: since when, why, and when to ask again. Without a row it does not. All processes
-- share it, so that they probe together and an administrator sees it. Who was refused last does not make the next probe.
create table look_up_gate (
    tenant_id     uuid           not null,
    connection_id uuid           not null,
    closed_until  timestamptz(3) not null,
    last_user     text           not null,
    apart_until   timestamptz(3) not null,
    people        integer        not null,
    refused       integer        not null constraint look_up_gate_refused_check check (refused > 0),
    refused_tokens integer      not null,
    reason        text           not null constraint look_up_gate_reason_check check (reason <> ''),
    detail        text           not null,
    since         timestamptz(3) not null,
    last_at       timestamptz(3) not null,
    constraint look_up_gate_pkey primary key (tenant_id, connection_id),
    constraint look_up_gate_connection_fkey foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
alter table look_up_gate enable row level security;
alter table look_up_gate force row level security;
create policy tenant on look_up_gate to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update, delete on look_up_gate to dakoku_integration;

-- A key lives by the rights of the account that made it. Keys that this could not
-- be said of end here, each with its row of the audit: those that a key made, and
-- those whose account is deactivated or is no longer an administrator, who alone
-- makes keys. The owner of the tables has to see their rows.
alter table api_keys no force row level security;
alter table accounts no force row level security;
alter table audit_events no force row level security;
with ended as (
    update api_keys k set end_time = now()
    where k.end_time is null and k.expire_time > now() and not exists (
        select from accounts a
        where a.tenant_id = k.tenant_id and a.id::text = k.creator and a.role = 'ADMINISTRATOR' and a.state = 'ACTIVE')
    returning k.tenant_id, k.id)
insert into audit_events (tenant_id, id, event_time, actor_kind, actor, address, request_id, action, resource)
select tenant_id, gen_random_uuid(), now(), 'operator', '', '', '', 'API_KEY_DELETE', 'apiKeys/' || id from ended;
alter table api_keys force row level security;
alter table accounts force row level security;
alter table audit_events force row level security;

-- Accounts are never removed: records name them.
revoke delete on accounts from dakoku_identity;

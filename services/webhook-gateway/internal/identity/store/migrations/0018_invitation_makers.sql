-- A one-time link lives by the rights of whoever made it: the account, also of a
-- key that did, and the key. The operator's links have no maker; those that the
-- version before makes beside this one have none either, and live for 72 hours.
alter table invitations add column maker_account uuid;
alter table invitations add column maker_key uuid;

-- The audit knows who made those that work; the owner of the tables has to see
-- their rows. The first link of an account was made with it.
alter table invitations no force row level security;
alter table audit_events no force row level security;
alter table api_keys no force row level security;
alter table accounts no force row level security;
update invitations i
set maker_account = case when coalesce(k.creator, e.actor) ~ '^[0-9a-f-]{36}$' then coalesce(k.creator, e.actor)::uuid end, maker_key = k.id
from audit_events e
left join api_keys k on k.tenant_id = e.tenant_id and e.actor_kind = 'apiKey' and k.id::text = e.actor
where i.end_time is null and e.tenant_id = i.tenant_id and e.actor_kind in ('account', 'apiKey')
  and e.resource = 'accounts/' || i.account_id
  and (e.action = 'ACCOUNT_INVITE' and e.after ->> 'invitation' = i.id::text or e.action = 'ACCOUNT_CREATE' and e.event_time = i.create_time);

-- Links whose maker may make none any more end, each with its row of the audit.
with ended as (
    update invitations i set end_time = now()
    where i.end_time is null and i.expire_time > now() and i.maker_account is not null and (
        not exists (select from accounts a
            where a.tenant_id = i.tenant_id and a.id = i.maker_account and a.role = 'ADMINISTRATOR' and a.state = 'ACTIVE')
        or exists (select from api_keys k where k.tenant_id = i.tenant_id and k.id = i.maker_key and k.end_time is not null))
    returning i.tenant_id, i.account_id)
insert into audit_events (tenant_id, id, event_time, actor_kind, actor, address, request_id, action, resource)
select tenant_id, gen_random_uuid(), now(), 'operator', '', '', '', 'INVITATION_END', 'accounts/' || account_id from ended;
alter table invitations force row level security;
alter table audit_events force row level security;
alter table api_keys force row level security;
alter table accounts force row level security;

-- What each change of the audit is of, by its name in the contract, so that it can be listed beside those of the other
-- contexts and looked for.
create function audit_resource(entity text, r jsonb) returns text language sql immutable set search_path = pg_catalog as $$
    select case
        when entity = 'connection' then 'connections/' || (r ->> 'id')
        when entity = 'callback_token' and r ? 'connection_id' then 'connections/' || (r ->> 'connection_id') || '/tokens/' || (r ->> 'id')
        when entity = 'callback_token' then 'connections/' || (r ->> 'id') || '/tokens'
        when entity in ('credentials', 'credential_change') then 'connections/' || (r ->> 'connection_id') || '/credentials'
        when entity in ('account_link', 'account_link_change') then 'employees/' || (r ->> 'employee_id') || '/accountLink'
        when entity = 'unlinked_sender' then 'unlinkedSenders/' || (r ->> 'id')
        when entity = 'link_sync' then 'accountLinkSyncs/' || (r ->> 'id')
        when r ? 'sync_id' then 'accountLinkSyncs/' || (r ->> 'sync_id')
        when r ? 'connection_id' then 'connections/' || (r ->> 'connection_id')
        else entity end
$$;
alter table audit_changes add column resource text generated always as (integration.audit_resource(entity, coalesce(after, before))) stored;
create index audit_changes_resource_idx on audit_changes (tenant_id, resource text_pattern_ops);
create index audit_events_actor_idx on audit_events (tenant_id, actor, event_time desc, id desc);

-- The digests of the chain of links are bytes, which the audit leaves out.
drop trigger audit on account_link_change;
create trigger audit after insert or update or delete on account_link_change for each row
    when (coalesce(current_setting('app.audit', true), '') <> '') execute function note_audit('account_link_change', 'digest');

-- The history of an organization's links is a chain: each entry has a digest of itself and of the entry before it. The
-- digest of the newest entry goes with every sender who is found to be somebody, and is sealed with what was judged of
-- the event: an entry that is changed, removed or put between two others later does not lead to it any more.
alter table account_link_change add column digest bytea constraint account_link_change_digest_check check (octet_length(digest) = 32);

-- Changes of an organization's links come one after the other, so that the newest entry is the one before.
create function chain_link_change() returns trigger language plpgsql set search_path = pg_catalog as $$
declare
    before bytea := (select c.digest from integration.account_link_change c where c.tenant_id = new.tenant_id order by c.seq desc limit 1);
begin
    new.digest := sha256(convert_to(jsonb_build_array(encode(coalesce(before, ''), 'hex'), new.tenant_id, new.seq, new.employee_id,
        (extract(epoch from new.occurred_at) * 1000)::bigint, new.verb, new.account, new.user_id, new.actor, new.source)::text, 'UTF8'));
    return new;
end
$$;

-- What there is becomes the beginning of the chain. A link from before there was a history gets its first entry. The
-- owner of the tables may look past the policies for that.
alter table account_link no force row level security;
alter table account_link_change no force row level security;
alter table account_link_change disable trigger account_link_change_is_a_fact;
do $$
declare
    entry record;
    last  bytea := '';
    whose uuid;
begin
    for entry in select * from account_link_change order by tenant_id, seq loop
        if whose is distinct from entry.tenant_id then
            last := '';
        end if;
        whose := entry.tenant_id;
        last := sha256(convert_to(jsonb_build_array(encode(last, 'hex'), entry.tenant_id, entry.seq, entry.employee_id,
            (extract(epoch from entry.occurred_at) * 1000)::bigint, entry.verb, entry.account, entry.user_id, entry.actor, entry.source)::text, 'UTF8'));
        update account_link_change c set digest = last where c.tenant_id = entry.tenant_id and c.seq = entry.seq;
    end loop;
end
$$;
alter table account_link_change enable trigger account_link_change_is_a_fact;
create trigger account_link_change_is_chained before insert on account_link_change
    for each row execute function chain_link_change();
insert into account_link_change (tenant_id, employee_id, occurred_at, verb, account, user_id, actor, source)
select l.tenant_id, l.employee_id, l.created_at, 'LINKED', l.account, coalesce(l.user_id, ''), '', 'EDIT' from account_link l
 where not exists (select from account_link_change c where c.tenant_id = l.tenant_id and c.employee_id = l.employee_id)
 order by l.tenant_id, l.created_at, l.employee_id;
alter table account_link_change alter column digest set not null;
alter table account_link_change force row level security;
alter table account_link force row level security;

-- The owner of the tables reads them past the policies of the service, to verify.
create policy owner_reads on account_link for select to current_user using (true);
create policy owner_reads on account_link_change for select to current_user using (true);

-- A sync reads no more than so many pages, whoever works on it, and tells whether accounts that were created anew are linked.
alter table link_sync
    add column pages_read       integer not null default 0,
    add column relink_recreated boolean not null default false;

-- Suspended and deleted members are read, too: who is linked to one of them is marked.
alter table link_sync_person add column active boolean not null default true;

-- Syncs that ended long ago are removed with all that hangs on them.
-- The owner of the tables has to see the rows that a foreign key is checked with.
alter table link_sync no force row level security;
alter table link_sync_person no force row level security;
alter table link_sync_result no force row level security;
alter table link_sync_person drop constraint link_sync_person_sync_fkey,
    add constraint link_sync_person_sync_fkey foreign key (tenant_id, sync_id) references link_sync (tenant_id, id) on delete cascade;
alter table link_sync_result drop constraint link_sync_result_sync_fkey,
    add constraint link_sync_result_sync_fkey foreign key (tenant_id, sync_id) references link_sync (tenant_id, id) on delete cascade;
alter table link_sync force row level security;
alter table link_sync_person force row level security;
alter table link_sync_result force row level security;
create index link_sync_old on link_sync (ended_at) where ended_at is not null;
create policy worker_forgets on link_sync for delete to dakoku_integration_worker using (ended_at is not null);
grant select (ended_at), delete on link_sync to dakoku_integration_worker;

-- A userId that somebody types as an account is found in whatever case it is typed. A column, because an index on lower()
-- is not used below row-level security.
alter table account_link add column user_key text generated always as (lower(user_id collate "C")) stored;
create index account_link_user_key on account_link (tenant_id, user_key);

-- The domain of the app whose LINE WORKS has named the person of a link; null: none has since. A company may have connections to
-- several: one that has never known somebody does not tell that the person is gone.
alter table account_link add column domain text;

-- An older program makes links, too, and does not say that nobody was asked who the person is: so the table says it, for all.
create function note_unnamed_links() returns trigger language plpgsql as $$
begin
    insert into integration.unnamed_links as u (tenant_id, due_at)
    select m.tenant_id, max(m.created_at) from made m where m.user_id is null and m.asked_at is null group by m.tenant_id
    on conflict on constraint unnamed_links_pkey do update set lease = u.lease + 1;
    return null;
end
$$;
create trigger account_link_is_named after insert on account_link referencing new table as made
    for each statement execute function note_unnamed_links();

alter table unnamed_links no force row level security;
insert into unnamed_links (tenant_id, due_at)
select distinct l.tenant_id, now() from account_link l where l.user_id is null and l.asked_at is null
    on conflict on constraint unnamed_links_pkey do nothing;
alter table unnamed_links force row level security;

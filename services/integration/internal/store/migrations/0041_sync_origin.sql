-- Who asked for a run, as app.audit says it: what the run does with links is noted of that person, though a worker does it. Null:
-- one of our own processes asked, or an older program began the run. The audit has it in its event, so that its trigger leaves it out.
alter table link_sync add column origin jsonb;
drop trigger audit on link_sync;
create trigger audit after insert or update or delete on link_sync for each row
    when (coalesce(current_setting('app.audit', true), '') <> '') execute function note_audit('link_sync', 'origin');

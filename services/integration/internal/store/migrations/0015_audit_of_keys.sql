-- What was typed as a client id or a server id may be a secret in the wrong field. Both stand in the clear with their set,
-- and are gone when that is corrected; the audit keeps its rows for ever, so they are left out of it, as what is sealed is.
drop trigger audit on credentials;
create trigger audit after insert or update or delete on credentials for each row
    when (coalesce(current_setting('app.audit', true), '') <> '') execute function note_audit('credentials', 'sealed', 'client_id', 'server_id');

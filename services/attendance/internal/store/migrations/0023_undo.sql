-- 取消 is kept among the punches: said in the talk, sealed, held and expiring as they are. What it takes back follows
-- from the set, so that no order of arrival matters. It keeps how long after a punch it takes one back, by the rules of
-- its time; punches have none, and are sealed as before.
alter table punches drop constraint punches_kind_check;
alter table punches
    add column undo_seconds smallint,
    add constraint punches_kind_check check (kind in ('CLOCK_IN', 'BREAK_START', 'BREAK_END', 'CLOCK_OUT', 'GO_OUT', 'COME_BACK', 'UNDO')) not valid,
    add constraint punches_undo_check check ((kind = 'UNDO') = (undo_seconds is not null) and (kind <> 'UNDO' or source = 'CHAT')) not valid;
alter table held_punches drop constraint held_punches_kind_check;
alter table held_punches
    add column undo_seconds smallint,
    add constraint held_punches_kind_check check (kind in ('CLOCK_IN', 'BREAK_START', 'BREAK_END', 'CLOCK_OUT', 'GO_OUT', 'COME_BACK', 'UNDO')) not valid,
    add constraint held_punches_undo_check check ((kind = 'UNDO') = (undo_seconds is not null)) not valid;

-- Versions from before say nothing: a minute.
alter table work_rules
    add column undo_seconds smallint,
    add constraint work_rules_undo_check check (undo_seconds between 0 and 600) not valid;
drop trigger audit_inserted on work_rules;
create trigger audit_inserted after insert on work_rules referencing new table as fresh for each statement
    when (coalesce(current_setting('app.audit', true), '') <> '')
    execute function note_audit('version effective_at cutoff_minutes longest_shift_minutes double_tap_seconds undo_seconds duplicate_policy submitted_policy', '',
        'o.version = n.version - 1');

alter table punches validate constraint punches_kind_check;
alter table punches validate constraint punches_undo_check;
alter table held_punches validate constraint held_punches_kind_check;
alter table held_punches validate constraint held_punches_undo_check;
alter table work_rules validate constraint work_rules_undo_check;

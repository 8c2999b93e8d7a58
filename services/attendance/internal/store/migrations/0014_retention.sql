-- How long records are kept, who may not lose any, and the one role that may remove what is over. The role is taken
-- for single transactions; it can erase texts and salts and delete rows that have a tombstone, and nothing else.

-- Every version of a company's retention; the highest is in force, and without one the five years of the law are.
create table retention_settings (
    tenant_id  uuid           not null,
    version    bigint         not null constraint retention_settings_version_check check (version > 0),
    years      smallint       not null constraint retention_settings_years_check check (years between 3 and 100),
    actor      text           not null,
    created_at timestamptz(3) not null,
    constraint retention_settings_pkey primary key (tenant_id, version)
);

-- Whose records must not be removed, whatever their age: one employee's, or without an employee the company's.
create table legal_holds (
    tenant_id   uuid           not null,
    id          uuid           not null,
    employee_id uuid,
    reason      text           not null constraint legal_holds_reason_check check (reason <> ''),
    actor       text           not null,
    placed_at   timestamptz(3) not null,
    constraint legal_holds_pkey primary key (tenant_id, id),
    constraint legal_holds_employee_fkey foreign key (tenant_id, employee_id) references employees (tenant_id, id)
);

-- The end of a hold, once and for all. One without a row is in force.
create table legal_hold_releases (
    tenant_id   uuid           not null,
    hold_id     uuid           not null,
    reason      text           not null constraint legal_hold_releases_reason_check check (reason <> ''),
    actor       text           not null,
    released_at timestamptz(3) not null,
    constraint legal_hold_releases_pkey primary key (tenant_id, hold_id),
    constraint legal_hold_releases_hold_fkey foreign key (tenant_id, hold_id) references legal_holds (tenant_id, id)
);
grant select, insert on retention_settings, legal_holds, legal_hold_releases to dakoku_attendance;

-- When what the timesheet was made of was removed; the timesheet itself stays as the lock of its period.
alter table timesheets add column purged_at timestamptz(3);

do $$
declare
    name text; -- of a table
    key  text; -- expressions that find a row
begin
    for name, key in select * from (values
        ('retention_settings', 'version'), ('legal_holds', 'id'), ('legal_hold_releases', 'hold_id')) as facts (name, key) loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I to dakoku_attendance
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))
            with check (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
        execute format('create policy owner_reads on %I for select to current_user using (true)', name);
        execute format('create trigger %I before update or delete or truncate on %I for each statement execute function refuse_change()',
                       name || '_are_facts', name);
        execute format('create trigger %I after insert on %I referencing new table as fresh for each statement execute function note_facts(%L)',
                       name || '_are_noted', name, key);
    end loop;
end
$$;

-- What the role of the purge reads of every company: whose texts are over, and which companies there are.
grant usage on schema attendance to dakoku_attendance_purge;
grant select (tenant_id) on companies to dakoku_attendance_purge;
create policy purge on companies for select to dakoku_attendance_purge using (true);
grant select on legal_holds, legal_hold_releases to dakoku_attendance_purge;
create policy purge on legal_holds for select to dakoku_attendance_purge using (true);
create policy purge on legal_hold_releases for select to dakoku_attendance_purge using (true);
grant select (tenant_id, id, employee_id, received_at, sealed_text), update (sealed_text) on punches, held_punches to dakoku_attendance_purge;
grant select (tenant_id, position, fact, key, salt, text_salt, sealed_at), update (salt, text_salt) on evidence_seals to dakoku_attendance_purge;
create index punches_text_idx on punches (received_at) where sealed_text is not null;
create index held_punches_text_idx on held_punches (received_at) where sealed_text is not null;

-- A text becomes nothing by the purge; by a rotation it stays the same; by nobody else does it change.
create or replace function only_rewrapped() returns trigger language plpgsql as $$
declare
    was     bytea;
    becomes bytea;
begin
    execute format('select ($1).%1$I, ($2).%1$I', tg_argv[0]) into was, becomes using old, new;
    if current_user = 'dakoku_attendance_purge' and becomes is null then
        return new;
    end if;
    if attendance.payload_of(becomes) is distinct from attendance.payload_of(was) then
        raise exception 'what is sealed in % is never changed by a rotation', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

-- A salt is erased with what it was for, and is never another one.
create function only_erased_salts() returns trigger language plpgsql as $$
begin
    if coalesce(new.salt <> old.salt, false) or coalesce(new.text_salt <> old.text_salt, false)
       or (new.salt is not null and old.salt is null) or (new.text_salt is not null and old.text_salt is null) then
        raise exception 'a salt is erased or stays as it is' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
drop trigger evidence_seals_are_facts on evidence_seals;
create trigger evidence_seals_are_facts before delete or truncate on evidence_seals for each statement execute function refuse_change();
create trigger evidence_seals_are_facts_but_for_salts before update on evidence_seals for each statement
    when (current_user <> 'dakoku_attendance_purge') execute function refuse_change();
create trigger evidence_seals_lose_salts before update on evidence_seals for each row execute function only_erased_salts();

-- A row goes after its tombstone only, which is for a row that was sealed at least the three years ago that no
-- setting can shorten, and never while the company is on hold. Arguments: the table and the key of a row.
create function only_with_tombstone() returns trigger language plpgsql as $$
declare
    mine text; -- key of the row
begin
    execute format('select jsonb_build_array(%s)::text', tg_argv[1]) into mine using old;
    if not exists (select from attendance.evidence_seals s join attendance.evidence_erasures e on e.tenant_id = s.tenant_id and e.position = s.position
                    where s.tenant_id = old.tenant_id and s.fact = tg_argv[0] and s.key = mine and e.erased_at >= s.sealed_at + interval '3 years') then
        raise exception 'a row of % is removed after its tombstone only', tg_argv[0] using errcode = 'insufficient_privilege';
    end if;
    if exists (select from attendance.legal_holds h where h.tenant_id = old.tenant_id and h.employee_id is null
                  and not exists (select from attendance.legal_hold_releases r where r.tenant_id = h.tenant_id and r.hold_id = h.id)) then
        raise exception 'the company is on legal hold' using errcode = 'insufficient_privilege';
    end if;
    return old;
end
$$;

grant select, insert on evidence_erasures to dakoku_attendance_purge;
grant insert on evidence_todo to dakoku_attendance_purge;
grant select (tenant_id, employee_id, business_day, event_key), delete on punches, held_punches to dakoku_attendance_purge;
grant select (tenant_id, employee_id, business_day, event_key, judged_at), delete on event_outcomes to dakoku_attendance_purge;
grant select (tenant_id, employee_id, period, revision), delete on timesheet_transitions to dakoku_attendance_purge;
grant select (tenant_id, held_id), delete on held_punch_decisions to dakoku_attendance_purge;
grant select (tenant_id, punch_id), delete on punch_voids to dakoku_attendance_purge;

do $$
declare
    name text; -- of a table
    key  text; -- expressions that find the row in $1
begin
    foreach name in array array['punches', 'held_punches', 'evidence_seals'] loop
        execute format('create policy purge_reads on %I for select to dakoku_attendance_purge using (true)', name);
        execute format('create policy purge_erases on %I for update to dakoku_attendance_purge using (true) with check (true)', name);
    end loop;
    foreach name in array array['evidence_erasures', 'evidence_todo'] loop
        execute format('create policy purge on %I to dakoku_attendance_purge
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))
            with check (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
    end loop;
    for name, key in select * from (values
        ('punches', '($1).id'), ('held_punches', '($1).id'), ('event_outcomes', 'encode(($1).event_key, ''hex'')'),
        ('timesheet_transitions', '($1).employee_id, ($1).period, ($1).revision'),
        ('held_punch_decisions', '($1).held_id'), ('punch_voids', '($1).punch_id')) as facts (name, key) loop
        execute format('create policy purge on %I for delete to dakoku_attendance_purge
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
        if name not in ('punches', 'held_punches') then
            execute format('create policy purge_reads on %I for select to dakoku_attendance_purge
                using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
            execute format('drop trigger %I on %I', name || '_are_facts', name);
            execute format('create trigger %I before update or truncate on %I for each statement execute function refuse_change()', name || '_are_facts', name);
        else
            execute format('drop trigger %I on %I', name || '_are_facts', name);
            execute format('drop trigger %I on %I', name || '_are_facts_but_for_rotation', name);
            execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()', name || '_are_facts', name);
            execute format('create trigger %I before update on %I for each statement
                when (current_user not in (''dakoku_attendance_worker'', ''dakoku_attendance_purge'')) execute function refuse_change()',
                name || '_are_facts_but_for_rotation', name);
        end if;
        execute format('create trigger %I before delete on %I for each statement
            when (current_user <> ''dakoku_attendance_purge'') execute function refuse_change()', name || '_are_not_deleted', name);
        execute format('create trigger %I before delete on %I for each row execute function only_with_tombstone(%L, %L)',
            name || '_leave_a_tombstone', name, name, key);
    end loop;
end
$$;

-- A correction stays when what it took the place of is past its retention: its reference is hashed and never changes.
alter table punches drop constraint punches_corrects_fkey;

-- What the purge looks for: what is of a person's days, and what is of nobody's.
create index event_outcomes_person_idx on event_outcomes (employee_id, business_day) where business_day is not null;
create index event_outcomes_judged_idx on event_outcomes (tenant_id, judged_at) where business_day is null or employee_id is null;
create index held_punches_person_idx on held_punches (employee_id, business_day);
create index punches_person_idx on punches (employee_id, business_day);

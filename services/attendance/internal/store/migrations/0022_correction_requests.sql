-- What people ask to be recorded that they did not punch (修正申請). It counts nowhere until somebody else approves it:
-- then it is the punch with the same id. One without an event was asked for at the admin door by the actor.
create table correction_requests (
    tenant_id    uuid           not null,
    id           uuid           not null,
    employee_id  uuid           not null,
    event_key    bytea,
    kind         text           not null constraint correction_requests_kind_check check (kind in ('CLOCK_IN', 'BREAK_START', 'BREAK_END', 'CLOCK_OUT', 'GO_OUT', 'COME_BACK')),
    wanted_at    timestamptz(3) not null,
    business_day date           not null,
    period       text           not null,
    time_zone    text           not null,
    corrects     uuid,
    reason       text           not null constraint correction_requests_reason_check check (reason <> ''),
    actor        text           not null,
    requested_at timestamptz(3) not null,
    stored_at    timestamptz(3) not null,
    constraint correction_requests_pkey primary key (tenant_id, id),
    constraint correction_requests_event_key unique (tenant_id, event_key),
    constraint correction_requests_source_check check ((event_key is null) = (actor <> '')),
    constraint correction_requests_employee_fkey foreign key (tenant_id, employee_id) references employees (tenant_id, id),
    constraint correction_requests_event_fkey foreign key (tenant_id, event_key) references event_outcomes (tenant_id, event_key)
);
create index correction_requests_time_idx on correction_requests (tenant_id, requested_at desc, id desc);
create index correction_requests_person_idx on correction_requests (employee_id, business_day);

-- What became of a request, once and for all. One without a row waits.
create table correction_decisions (
    tenant_id  uuid           not null,
    request_id uuid           not null,
    verb       text           not null constraint correction_decisions_verb_check check (verb in ('approve', 'reject', 'withdraw')),
    corrects   uuid, -- the punch that was voided for it
    actor      text           not null constraint correction_decisions_actor_check check (actor <> ''),
    comment    text           not null constraint correction_decisions_comment_check check (verb <> 'reject' or comment <> ''),
    decided_at timestamptz(3) not null,
    constraint correction_decisions_pkey primary key (tenant_id, request_id),
    constraint correction_decisions_request_fkey foreign key (tenant_id, request_id) references correction_requests (tenant_id, id)
);

-- A punch that was asked for and approved says so. Who approved it is the actor; who asked stands in the request.
alter table punches drop constraint punches_source_check, drop constraint punches_manual_check;
alter table punches add constraint punches_source_check check (source in ('CHAT', 'MANUAL', 'REQUEST'));
alter table punches add constraint punches_manual_check check (source = 'CHAT' or actor <> '' and reason <> '');

grant select, insert on correction_requests, correction_decisions to dakoku_attendance;
grant select (tenant_id, id, employee_id, business_day, event_key), delete on correction_requests to dakoku_attendance_purge;
grant select (tenant_id, request_id), delete on correction_decisions to dakoku_attendance_purge;
create policy department on correction_requests as restrictive to dakoku_attendance
    using ((select coalesce(current_setting('app.departments', true), '') = '')
           or exists (select from attendance.employees e where e.tenant_id = correction_requests.tenant_id and e.id = correction_requests.employee_id));

create or replace function audit_resource(entity text, r jsonb) returns text language sql immutable set search_path = pg_catalog as $$
    select case entity
        when 'employees' then 'employees/' || (r ->> 'id')
        when 'timesheets' then 'employees/' || (r ->> 'employee_id') || '/timesheets/' || (r ->> 'period')
        when 'punches' then 'punches/' || (r ->> 'id')
        when 'punch_voids' then 'punches/' || (r ->> 'punch_id')
        when 'held_punch_decisions' then 'heldPunches/' || (r ->> 'held_id')
        when 'correction_requests' then 'correctionRequests/' || (r ->> 'id')
        when 'correction_decisions' then 'correctionRequests/' || (r ->> 'request_id')
        when 'legal_holds' then 'legalHolds/' || (r ->> 'id')
        when 'legal_hold_releases' then 'legalHolds/' || (r ->> 'hold_id')
        when 'punch_settings' then 'connections/' || (r ->> 'connection_id') || '/punchSettings'
        when 'work_rules' then 'workRules'
        when 'retention_settings' then 'retention'
        else 'organization' end
$$;

do $$
declare
    name text; -- of a table
    key  text; -- expression of its key, in a row r
    kept text; -- columns whose values the audit keeps
    held text; -- and of which it keeps that they were
begin
    for name, key, kept, held in select * from (values
        ('correction_requests', 'id', 'id employee_id business_day corrects', 'kind wanted_at reason'),
        ('correction_decisions', 'request_id', 'request_id verb corrects', 'comment')) as facts (name, key, kept, held) loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I to dakoku_attendance
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))
            with check (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
        execute format('create policy owner_reads on %I for select to current_user using (true)', name);
        execute format('create policy purge_reads on %I for select to dakoku_attendance_purge
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
        execute format('create policy purge on %I for delete to dakoku_attendance_purge
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
        execute format('create trigger %I before update or truncate on %I for each statement execute function refuse_change()', name || '_are_facts', name);
        execute format('create trigger %I before delete on %I for each statement
            when (current_user <> ''dakoku_attendance_purge'') execute function refuse_change()', name || '_are_not_deleted', name);
        execute format('create trigger %I before delete on %I for each row execute function only_with_tombstone(%L, %L)',
            name || '_leave_a_tombstone', name, name, '($1).' || key);
        execute format('create trigger %I after insert on %I referencing new table as fresh for each statement execute function note_facts(%L)',
            name || '_are_noted', name, key);
        execute format('create trigger audit_inserted after insert on %I referencing new table as fresh for each statement
            when (coalesce(current_setting(''app.audit'', true), '''') <> '''') execute function note_audit(%L, %L, %L)', name, kept, held, '');
    end loop;
end
$$;

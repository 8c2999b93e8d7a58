-- Evidence: facts are sealed after their commit into one chain of hashes per company. A trigger notes each new fact
-- in evidence_todo, in the transaction of the fact, so that a transaction that commits late is found as well as any
-- other: there is no cursor that it could be behind. Everything else happens later and elsewhere.
create table evidence_todo (
    tenant_id uuid   not null,
    id        bigint not null generated always as identity,
    fact      text   not null,
    key       text   not null,
    constraint evidence_todo_pkey primary key (tenant_id, id)
);

-- One row per sealed fact. link = H(link before, position, fact, key, form, leaf, text_leaf, sealed_at). The salts
-- are in no link: erasing one with what it was for leaves the chain whole and the leaf a number that tells nothing.
create table evidence_seals (
    tenant_id uuid           not null,
    position  bigint         not null constraint evidence_seals_position_check check (position > 0),
    fact      text           not null,
    key       text           not null,
    form      smallint       not null,
    salt      bytea,
    leaf      bytea          not null,
    text_salt bytea,
    text_leaf bytea          not null,
    sealed_at timestamptz(3) not null,
    link      bytea          not null constraint evidence_seals_link_check check (octet_length(link) = 32),
    constraint evidence_seals_pkey primary key (tenant_id, position),
    constraint evidence_seals_fact_key unique (tenant_id, fact, key)
);

-- Signed heads of the chain. Each is in a file outside the database, too.
create table evidence_checkpoints (
    tenant_id uuid           not null,
    number    bigint         not null,
    position  bigint         not null,
    head      bytea          not null,
    made_at   timestamptz(3) not null,
    key_id    text           not null,
    signature bytea          not null,
    constraint evidence_checkpoints_pkey primary key (tenant_id, number)
);

-- What was erased because its time was over, by the position of its seal. A fact itself: erasures are sealed.
create table evidence_erasures (
    tenant_id uuid           not null,
    position  bigint         not null,
    reason    text           not null constraint evidence_erasures_reason_check check (reason <> ''),
    erased_at timestamptz(3) not null,
    constraint evidence_erasures_pkey primary key (tenant_id, position),
    constraint evidence_erasures_seal_fkey foreign key (tenant_id, position) references evidence_seals (tenant_id, position)
);

-- Where each chain stands, and who may lengthen it: a new holder raises the fence, and every step asks for its own.
create table evidence_chains (
    tenant_id    uuid           not null constraint evidence_chains_pkey primary key,
    position     bigint         not null,
    head         bytea          not null,
    checkpoint   bigint         not null,
    checkpointed bigint         not null,
    checked_at   timestamptz(3) not null,
    fence        bigint         not null,
    lease_until  timestamptz(3) not null
);

grant select, insert, delete on evidence_todo to dakoku_attendance;
grant select, insert on evidence_seals, evidence_checkpoints, evidence_erasures to dakoku_attendance;
grant select, insert, update on evidence_chains to dakoku_attendance;
grant select (tenant_id) on evidence_todo to dakoku_attendance_worker;
grant select (tenant_id, position, checkpoint, checkpointed) on evidence_chains to dakoku_attendance_worker;

create function note_facts() returns trigger language plpgsql as $$
begin
    execute format('insert into attendance.evidence_todo (tenant_id, fact, key) select tenant_id, %L, jsonb_build_array(%s)::text from fresh',
                   tg_table_name, tg_argv[0]);
    return null;
end
$$;

do $$
declare
    name text; -- of a table
    key  text; -- expressions that find a row
begin
    foreach name in array array['evidence_todo', 'evidence_seals', 'evidence_checkpoints', 'evidence_erasures', 'evidence_chains'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I to dakoku_attendance
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))
            with check (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
        execute format('create policy owner_reads on %I for select to current_user using (true)', name);
    end loop;
    foreach name in array array['evidence_seals', 'evidence_checkpoints', 'evidence_erasures'] loop
        execute format('create trigger %I before update or delete or truncate on %I for each statement execute function refuse_change()',
                       name || '_are_facts', name);
    end loop;
    alter table evidence_todo no force row level security;
    -- Facts from before there were seals are noted now. The owner of the tables reads them past the policies of
    -- the service for that, and from here on to verify them.
    for name, key in select * from (values
        ('punches', 'id'), ('event_outcomes', 'encode(event_key, ''hex'')'), ('punch_settings', 'connection_id, version'),
        ('timesheet_transitions', 'employee_id, period, revision'), ('work_rules', 'version'), ('held_punches', 'id'),
        ('held_punch_decisions', 'held_id'), ('punch_voids', 'punch_id'), ('evidence_erasures', 'position')) as facts (name, key) loop
        if name <> 'evidence_erasures' then
            execute format('create policy owner_reads on %I for select to current_user using (true)', name);
        end if;
        execute format('insert into evidence_todo (tenant_id, fact, key) select tenant_id, %L, jsonb_build_array(%s)::text from %I', name, key, name);
        execute format('create trigger %I after insert on %I referencing new table as fresh for each statement execute function note_facts(%L)',
                       name || '_are_noted', name, key);
    end loop;
    alter table evidence_todo force row level security;
end
$$;
create policy worker on evidence_todo for select to dakoku_attendance_worker using (true);
create policy worker on evidence_chains for select to dakoku_attendance_worker using (true);

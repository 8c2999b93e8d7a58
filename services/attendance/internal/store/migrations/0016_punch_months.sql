-- Punches are kept in one partition for each month of their business day, so that a query of a month reads a month and
-- a month of which nothing is left goes as a whole. What no month was made for goes to the default partition: a punch
-- is never lost for want of one. Uniqueness over all months is kept in a small table of its own, which is not
-- partitioned: there is one punch of an id and one of an event, whatever its day.
create table punch_keys (
    tenant_id    uuid not null,
    id           uuid not null,
    event_key    bytea,
    business_day date not null,
    constraint punch_keys_pkey primary key (tenant_id, id),
    constraint punch_keys_event_key unique (tenant_id, event_key)
);

-- The owner of the tables has to see the rows that a foreign key is checked with.
alter table employees no force row level security;
alter table punches rename to punches_before;
alter table punch_voids drop constraint punch_voids_punch_fkey;
create table punches (like punches_before including defaults including constraints) partition by range (business_day);
create table punches_default partition of punches default;
insert into punches select * from punches_before;
insert into punch_keys select tenant_id, id, event_key, business_day from punches;
drop table punches_before;

alter table punches
    add constraint punches_pkey primary key (tenant_id, id, business_day),
    add constraint punches_employee_fkey foreign key (tenant_id, employee_id) references employees (tenant_id, id),
    add constraint punches_event_fkey foreign key (tenant_id, event_key) references event_outcomes (tenant_id, event_key);
create index punches_event_idx on punches (tenant_id, event_key);
create index punches_employee_idx on punches (employee_id, issued_at);
create index punches_day_idx on punches (tenant_id, business_day desc, issued_at desc, id desc);
create index punches_person_idx on punches (employee_id, business_day);
create index punches_text_idx on punches (received_at) where sealed_text is not null;
alter table punch_voids add constraint punch_voids_punch_fkey foreign key (tenant_id, punch_id) references punch_keys (tenant_id, id);

create function note_punch_keys() returns trigger language plpgsql as $$
begin
    insert into attendance.punch_keys (tenant_id, id, event_key, business_day) select tenant_id, id, event_key, business_day from fresh;
    return null;
end
$$;
create function forget_punch_keys() returns trigger language plpgsql as $$
begin
    delete from attendance.punch_keys k using gone where k.tenant_id = gone.tenant_id and k.id = gone.id;
    return null;
end
$$;

grant select, insert on punches, punch_keys to dakoku_attendance;
grant select (tenant_id, id, business_day, sealed_text), update (sealed_text) on punches to dakoku_attendance_worker;
grant select (tenant_id, id, employee_id, business_day, event_key, received_at, sealed_text), update (sealed_text), delete on punches to dakoku_attendance_purge;
grant select (tenant_id, id), delete on punch_keys to dakoku_attendance_purge;
do $$
declare
    name text; -- of a table
begin
    foreach name in array array['punches', 'punch_keys'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I to dakoku_attendance
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))
            with check (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
        execute format('create policy owner_reads on %I for select to current_user using (true)', name);
        execute format('create policy purge_reads on %I for select to dakoku_attendance_purge using (true)', name);
        execute format('create policy purge on %I for delete to dakoku_attendance_purge
            using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', name);
        execute format('create trigger %I before delete on %I for each statement
            when (current_user <> ''dakoku_attendance_purge'') execute function refuse_change()', name || '_are_not_deleted', name);
        execute format('create trigger %I before delete on %I for each row execute function only_with_tombstone(''punches'', ''($1).id'')',
            name || '_leave_a_tombstone', name);
    end loop;
end
$$;
create policy rotation_reads on punches for select to dakoku_attendance_worker using (true);
create policy rotation on punches for update to dakoku_attendance_worker using (true) with check (true);
create policy purge_erases on punches for update to dakoku_attendance_purge using (true) with check (true);
create trigger punch_keys_are_kept before update or truncate on punch_keys for each statement execute function refuse_change();
create trigger punches_are_facts before truncate on punches for each statement execute function refuse_change();
create trigger punches_are_facts_but_for_rotation before update on punches for each statement
    when (current_user not in ('dakoku_attendance_worker', 'dakoku_attendance_purge')) execute function refuse_change();
create trigger punches_are_rewrapped before update on punches for each row execute function only_rewrapped('sealed_text');
create trigger punches_are_noted after insert on punches referencing new table as fresh for each statement execute function note_facts('id');
create trigger punches_have_keys after insert on punches referencing new table as fresh for each statement execute function note_punch_keys();
create trigger punches_had_keys after delete on punches referencing old table as gone for each statement execute function forget_punch_keys();

-- A partition is nobody's to read or write but through its table: no grants, no policies, and the guards of a fact.
create function guard_punch_month(name text) returns void language plpgsql as $$
begin
    execute format('alter table attendance.%I enable row level security', name);
    execute format('alter table attendance.%I force row level security', name);
    execute format('create trigger month_is_of_facts before update or delete or truncate on attendance.%I for each statement
        execute function attendance.refuse_change()', name);
end
$$;
revoke execute on function guard_punch_month(text) from public;
select guard_punch_month('punches_default');
create policy owner_reads on punches_default for select to current_user using (true);

-- Makes the partition of the month that a day is in, and takes to it what the default partition has of that month.
create function make_punch_month(day date) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    first date := date_trunc('month', day::timestamp)::date;
    next  date := (date_trunc('month', day::timestamp) + interval '1 month')::date;
    name  text := 'punches_' || to_char(first, 'YYYY_MM');
begin
    perform pg_advisory_xact_lock(hashtextextended('months of punches', 0));
    if to_regclass(format('attendance.%I', name)) is not null then
        return false;
    end if;
    execute format('create table attendance.%I (like attendance.punches including defaults including constraints including indexes)', name);
    lock table attendance.punches_default in access exclusive mode;
    alter table attendance.punches_default no force row level security, disable trigger user;
    execute format('with moved as (delete from attendance.punches_default where business_day >= %L and business_day < %L returning *)
        insert into attendance.%I select * from moved', first, next, name);
    execute format('alter table attendance.punches attach partition attendance.%I for values from (%L) to (%L)', name, first, next);
    alter table attendance.punches_default force row level security, enable trigger user;
    perform attendance.guard_punch_month(name);
    return true;
end
$$;
revoke execute on function make_punch_month(date) from public;

-- Makes the months around a day, and those of which the default partition has rows; tells how many.
create function keep_punch_months(day date) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    month date;
    made  integer := 0;
begin
    for month in select day + (n || ' months')::interval from generate_series(-1, 3) n loop
        made := made + attendance.make_punch_month(month)::integer;
    end loop;
    foreach month in array array(select distinct date_trunc('month', business_day::timestamp)::date from attendance.punches_default order by 1 limit 12) loop
        made := made + attendance.make_punch_month(month)::integer;
    end loop;
    return made;
end
$$;
revoke execute on function keep_punch_months(date) from public;
grant execute on function keep_punch_months(date) to dakoku_attendance_worker;

-- Drops the months that end before a day and of which the retention of every company has left nothing; tells how many.
-- The policies must not hide a row from the question whether there is one, so they are lifted for the last answer.
create function drop_punch_months(before date) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    name    text;
    first   date;
    empty   boolean;
    dropped integer := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('months of punches', 0));
    for name in select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
                 where i.inhparent = 'attendance.punches'::regclass and c.relname <> 'punches_default'
                   and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before order by 1 loop
        first := to_date(right(name, 7), 'YYYY_MM');
        continue when exists (select from attendance.punches p where p.business_day >= first and p.business_day < first + interval '1 month');
        execute format('alter table attendance.%I no force row level security', name);
        execute format('select not exists (select from attendance.%I)', name) into empty;
        if empty then
            execute format('drop table attendance.%I', name);
            dropped := dropped + 1;
        else
            execute format('alter table attendance.%I force row level security', name);
        end if;
    end loop;
    return dropped;
end
$$;
revoke execute on function drop_punch_months(date) from public;
grant execute on function drop_punch_months(date) to dakoku_attendance_purge;

select keep_punch_months(current_date);
alter table employees force row level security;

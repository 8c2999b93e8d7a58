-- When the sealing key is replaced, the worker role wraps the data key of every sealed text anew. A punch, held
-- or not, stays a fact: no other column may change, nor the text itself, nor may anybody else change anything.

-- The part of a sealed value that follows the wrapped data key, whose length the first four bytes give.
create function payload_of(sealed bytea) returns bytea language sql immutable as $$
    select case when length(sealed) > 4 then substring(sealed from 5 + get_byte(sealed, 2) * 256 + get_byte(sealed, 3)) else sealed end
$$;

create function only_rewrapped() returns trigger language plpgsql as $$
declare
    was     bytea;
    becomes bytea;
begin
    execute format('select ($1).%1$I, ($2).%1$I', tg_argv[0]) into was, becomes using old, new;
    if attendance.payload_of(becomes) is distinct from attendance.payload_of(was) then
        raise exception 'what is sealed in % is never changed by a rotation', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

grant select, update (value) on seal_check to dakoku_attendance_worker;
create trigger seal_check_is_rewrapped before update on seal_check for each row
    when (current_user = 'dakoku_attendance_worker') execute function only_rewrapped('value');

drop trigger punches_are_facts on punches;
create trigger punches_are_facts before delete or truncate on punches for each statement execute function refuse_change();
create trigger punches_are_facts_but_for_rotation before update on punches for each statement
    when (current_user <> 'dakoku_attendance_worker') execute function refuse_change();
create trigger punches_are_rewrapped before update on punches for each row execute function only_rewrapped('sealed_text');
create policy rotation_reads on punches for select to dakoku_attendance_worker using (true);
create policy rotation on punches for update to dakoku_attendance_worker using (true) with check (true);
grant select (tenant_id, id, sealed_text), update (sealed_text) on punches to dakoku_attendance_worker;

drop trigger held_punches_are_facts on held_punches;
create trigger held_punches_are_facts before delete or truncate on held_punches for each statement execute function refuse_change();
create trigger held_punches_are_facts_but_for_rotation before update on held_punches for each statement
    when (current_user <> 'dakoku_attendance_worker') execute function refuse_change();
create trigger held_punches_are_rewrapped before update on held_punches for each row execute function only_rewrapped('sealed_text');
create policy rotation_reads on held_punches for select to dakoku_attendance_worker using (true);
create policy rotation on held_punches for update to dakoku_attendance_worker using (true) with check (true);
grant select (tenant_id, id, sealed_text), update (sealed_text) on held_punches to dakoku_attendance_worker;

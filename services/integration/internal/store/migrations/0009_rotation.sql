-- When the sealing key is replaced, the worker role wraps the data key of every sealed value anew: it reads keys and
-- sealed columns of every tenant and writes the sealed columns alone. What a data key protects it cannot change.

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
    if integration.payload_of(becomes) is distinct from integration.payload_of(was) then
        raise exception 'what is sealed in % is never changed by a rotation', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

grant select, update (value) on seal_check to dakoku_integration_worker;
create trigger seal_check_is_rewrapped before update on seal_check for each row
    when (current_user = 'dakoku_integration_worker') execute function only_rewrapped('value');

create policy rotation on callback_token for update to dakoku_integration_worker using (true) with check (true);
grant update (sealed) on callback_token to dakoku_integration_worker;
create trigger callback_token_is_rewrapped before update on callback_token for each row
    when (current_user = 'dakoku_integration_worker') execute function only_rewrapped('sealed');

create policy rotation on credentials for update to dakoku_integration_worker using (true) with check (true);
grant update (sealed) on credentials to dakoku_integration_worker;
create trigger credentials_is_rewrapped before update on credentials for each row
    when (current_user = 'dakoku_integration_worker') execute function only_rewrapped('sealed');

create policy rotation_reads on access_token for select to dakoku_integration_worker using (true);
create policy rotation on access_token for update to dakoku_integration_worker using (true) with check (true);
grant select (tenant_id, set_id, sealed), update (sealed) on access_token to dakoku_integration_worker;
create trigger access_token_is_rewrapped before update on access_token for each row
    when (current_user = 'dakoku_integration_worker') execute function only_rewrapped('sealed');

create policy rotation on outbound_message for update to dakoku_integration_worker using (true) with check (true);
grant select (id, content), update (content) on outbound_message to dakoku_integration_worker;
create trigger outbound_message_is_rewrapped before update on outbound_message for each row
    when (current_user = 'dakoku_integration_worker') execute function only_rewrapped('content');

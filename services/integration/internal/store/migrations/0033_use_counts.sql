-- Each use of keys is written down before it. What a person or a program asked for has a row of its own; what our own
-- processes do without being asked shares a row for an hour, which counts it. hour is null on a row that is not shared, and
-- last_at while there was no second use.
alter table secret_use
    add column hour timestamptz(3),
    add column uses bigint not null default 1,
    add column last_at timestamptz(3),
    add constraint secret_use_shared_key unique (tenant_id, connection_id, set_id, caller, purpose, hour);
grant update (uses, last_at) on secret_use to dakoku_integration;

create function count_secret_use() returns trigger language plpgsql as $$
begin
    if old.hour is null or new.uses <= old.uses or new.last_at is null or new.last_at < coalesce(old.last_at, old.at) then
        raise exception 'a use that is counted stays counted' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
drop trigger secret_use_facts on secret_use;
create trigger secret_use_facts before delete or truncate on secret_use execute function keep_credential_facts();
create trigger secret_use_is before update of tenant_id, id, connection_id, set_id, at, caller, purpose, private_key_print, hour on secret_use
    execute function keep_credential_facts();
create trigger secret_use_counted before update on secret_use for each row execute function count_secret_use();

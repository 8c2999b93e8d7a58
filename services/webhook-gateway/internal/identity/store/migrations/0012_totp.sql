-- Second factors. The secret of an authenticator app is sealed; the codes for
-- the day on which the telephone is lost are here as SHA-256 of 120 random bits.

-- One sealed value that proves at start-up that the key on disk is the key of this data. It belongs to no tenant.
create table seal_check (
    id    smallint not null default 1 constraint seal_check_pkey primary key constraint seal_check_one_row_check check (id = 1),
    value bytea    not null
);
grant select, insert on seal_check to dakoku_identity;

create table second_factors (
    tenant_id    uuid           not null,
    account_id   uuid           not null,
    id           uuid           not null,
    secret       bytea          not null,
    last_step    bigint         not null default 0 constraint second_factors_last_step_check check (last_step >= 0),
    create_time  timestamptz(3) not null,
    confirm_time timestamptz(3),
    constraint second_factors_pkey primary key (tenant_id, account_id),
    constraint second_factors_account_fkey foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);

create table recovery_codes (
    tenant_id  uuid  not null,
    account_id uuid  not null,
    code_hash  bytea not null constraint recovery_codes_code_hash_check check (octet_length(code_hash) = 32),
    use_time   timestamptz(3),
    constraint recovery_codes_pkey primary key (tenant_id, account_id, code_hash),
    constraint recovery_codes_factor_fkey foreign key (tenant_id, account_id) references second_factors (tenant_id, account_id) on delete cascade
);

alter table second_factors enable row level security;
alter table second_factors force row level security;
create policy tenant on second_factors to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on second_factors to dakoku_identity_worker using (true) with check (true);

alter table recovery_codes enable row level security;
alter table recovery_codes force row level security;
create policy tenant on recovery_codes to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));

grant select, insert, update, delete on second_factors to dakoku_identity;
grant select, insert, delete on recovery_codes to dakoku_identity;
grant update (use_time) on recovery_codes to dakoku_identity;

-- A log-in learns whether a code is asked for; a rotation of the sealing key
-- wraps the secret anew and can change nothing else.
grant select (tenant_id, account_id, secret, confirm_time), update (secret) on second_factors to dakoku_identity_worker;

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
    if identity.payload_of(becomes) is distinct from identity.payload_of(was) then
        raise exception 'what is sealed in % is never changed by a rotation', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

grant select, update (value) on seal_check to dakoku_identity_worker;
create trigger seal_check_is_rewrapped before update on seal_check for each row
    when (current_user = 'dakoku_identity_worker') execute function only_rewrapped('value');
create trigger second_factors_are_rewrapped before update on second_factors for each row
    when (current_user = 'dakoku_identity_worker') execute function only_rewrapped('secret');

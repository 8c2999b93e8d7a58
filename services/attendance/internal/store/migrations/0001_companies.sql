-- One row per organization: what the business day and the closing period are computed from. Identity owns the
-- organization; its revision makes late news harmless.
create table companies (
    tenant_id             uuid           not null constraint companies_pkey primary key,
    revision              bigint         not null,
    time_zone             text           not null constraint companies_time_zone_check check (time_zone <> ''),
    cutoff_minutes        smallint       not null default 300 constraint companies_cutoff_check check (cutoff_minutes between 0 and 1439),
    longest_shift_minutes smallint       not null default 960 constraint companies_longest_shift_check check (longest_shift_minutes between 1 and 1440),
    closing_day           smallint       not null constraint companies_closing_day_check check (closing_day between 1 and 28 or closing_day = 31),
    updated_at            timestamptz(3) not null
);
alter table companies enable row level security;
alter table companies force row level security;
create policy tenant on companies to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on companies to dakoku_attendance;

-- Facts are inserted and never touched again. Grants say so to the service; this says so to everybody.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are facts and are never changed', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

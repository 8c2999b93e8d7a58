-- Companies. The row of a tenant is seen under its own tenant only; the worker
-- role sees just what attendance must be told.
create table organizations (
    tenant_id       uuid           not null constraint organizations_pkey primary key,
    name            text           not null constraint organizations_name_check check (char_length(name) between 1 and 200),
    time_zone       text           not null constraint organizations_time_zone_check check (char_length(time_zone) between 1 and 64),
    locale          text           not null constraint organizations_locale_check check (locale in ('ja', 'en')),
    closing_day     smallint       not null constraint organizations_closing_day_check check (closing_day between 1 and 28 or closing_day = 31),
    revision        bigint         not null constraint organizations_revision_check check (revision >= 1),
    pushed_revision bigint         not null default 0 constraint organizations_pushed_revision_check check (pushed_revision <= revision),
    create_time     timestamptz(3) not null
);

alter table organizations enable row level security;
alter table organizations force row level security;
create policy tenant on organizations to dakoku_identity
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on organizations to dakoku_identity_worker using (true);

grant select, insert, update on organizations to dakoku_identity;
grant select (tenant_id, time_zone, closing_day, revision, pushed_revision), update (pushed_revision) on organizations to dakoku_identity_worker;

-- What attendance has not heard of, found without reading the rest.
create index organizations_unpushed_idx on organizations (tenant_id) where pushed_revision < revision;

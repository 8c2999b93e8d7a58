-- LINE WORKS counts calls per API and domain. The domain of a set of keys is that of its service account; in API 1.0 the
-- API ID, which belongs to one domain, stands for it.
alter table credentials add column domain text not null
    generated always as (case when api_version = 'V1' then api_id_print else lower(split_part(service_account, '@', 2)) end) stored;
create index credentials_domain on credentials (tenant_id, domain) where role = 'CURRENT' and domain <> '';

-- How many messages all bots of one domain may send together, when it has several.
create table domain_budget (
    tenant_id   uuid             not null,
    domain      text             not null constraint domain_budget_domain_check check (domain <> ''),
    per_minute  integer          not null constraint domain_budget_per_minute_check check (per_minute > 0),
    level       double precision not null,
    long_level  double precision not null,
    filled_at   timestamptz      not null,
    window_left integer          not null,
    window_end  timestamptz      not null,
    constraint domain_budget_pkey primary key (tenant_id, domain)
);
alter table domain_budget enable row level security;
alter table domain_budget force row level security;
create policy tenant on domain_budget to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert, update on domain_budget to dakoku_integration;

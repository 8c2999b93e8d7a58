-- One table under the convention every tenant table follows.
create table entry (
    tenant_id uuid not null,
    text      text not null,
    constraint entry_pkey primary key (tenant_id, text)
);
alter table entry enable row level security;
alter table entry force row level security;
create policy tenant on entry to dakoku_ledger
    using (tenant_id = any ((select current_setting('app.tenant')::uuid[])::uuid[]))
    with check (tenant_id = any ((select current_setting('app.tenant')::uuid[])::uuid[]));
create policy worker on entry to dakoku_ledger_worker using (true);
grant select, insert, update on entry to dakoku_ledger;
grant select on entry to dakoku_ledger_worker;

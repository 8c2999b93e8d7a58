-- When LINE WORKS was asked last about the person of a link: the next question is about whom it was asked the longest ago.
alter table account_link add column asked_at timestamptz(3);
create index account_link_unnamed on account_link (tenant_id, employee_id) where user_id is null and asked_at is null;

-- Organizations with links by login id of which LINE WORKS has not been asked yet who the person is.
create table unnamed_links (
    tenant_id uuid           not null,
    due_at    timestamptz(3) not null,
    lease     bigint         not null default 0,
    constraint unnamed_links_pkey primary key (tenant_id)
);
create index unnamed_links_due on unnamed_links (due_at);
insert into unnamed_links (tenant_id, due_at) select distinct l.tenant_id, now() from account_link l where l.user_id is null;
alter table unnamed_links enable row level security;
alter table unnamed_links force row level security;
create policy tenant on unnamed_links to dakoku_integration
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
create policy worker on unnamed_links for select to dakoku_integration_worker using (true);
grant select, insert, update, delete on unnamed_links to dakoku_integration;
grant select (tenant_id, due_at) on unnamed_links to dakoku_integration_worker;

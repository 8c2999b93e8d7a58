-- A punch that a person entered says who and why, and which punch it takes the place of.
-- The owner of the tables has to see the rows that a foreign key is checked with.
alter table punches no force row level security;
alter table punches
    add column actor    text not null default '',
    add column reason   text not null default '',
    add column corrects uuid,
    add constraint punches_manual_check check (source <> 'MANUAL' or actor <> '' and reason <> ''),
    add constraint punches_corrects_fkey foreign key (tenant_id, corrects) references punches (tenant_id, id);
alter table punches alter column actor drop default, alter column reason drop default;
alter table punches force row level security;

-- Punches that no longer count, once and for all, with who and why. The punch itself stays as it was.
create table punch_voids (
    tenant_id uuid           not null,
    punch_id  uuid           not null,
    actor     text           not null constraint punch_voids_actor_check check (actor <> ''),
    reason    text           not null constraint punch_voids_reason_check check (reason <> ''),
    voided_at timestamptz(3) not null,
    constraint punch_voids_pkey primary key (tenant_id, punch_id),
    constraint punch_voids_punch_fkey foreign key (tenant_id, punch_id) references punches (tenant_id, id)
);
alter table punch_voids enable row level security;
alter table punch_voids force row level security;
create policy tenant on punch_voids to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on punch_voids to dakoku_attendance;
create trigger punch_voids_are_facts before update or delete or truncate on punch_voids
    for each statement execute function refuse_change();

-- Every version of a company's work rules. In force at an instant is the version with the latest effective_at not
-- after it, the highest of several. Judged by them, a punch keeps a copy: versions are never changed.
create table work_rules (
    tenant_id             uuid           not null,
    version               bigint         not null constraint work_rules_version_check check (version > 0),
    effective_at          timestamptz(3) not null,
    cutoff_minutes        smallint       not null constraint work_rules_cutoff_check check (cutoff_minutes between 0 and 1439),
    longest_shift_minutes smallint       not null constraint work_rules_longest_shift_check check (longest_shift_minutes between 1 and 1440),
    double_tap_seconds    smallint       not null constraint work_rules_double_tap_check check (double_tap_seconds between 0 and 600),
    duplicate_policy      text           not null constraint work_rules_duplicate_policy_check check (duplicate_policy in ('FIRST_IN_LAST_OUT', 'ERROR_ON_REPEAT')),
    submitted_policy      text           not null constraint work_rules_submitted_policy_check check (submitted_policy in ('REFUSE', 'HOLD')),
    actor                 text           not null,
    created_at            timestamptz(3) not null,
    constraint work_rules_pkey primary key (tenant_id, version)
);
create index work_rules_in_force_idx on work_rules (tenant_id, effective_at desc, version desc);
alter table work_rules enable row level security;
alter table work_rules force row level security;
create policy tenant on work_rules to dakoku_attendance
    using (tenant_id = any (current_setting('app.tenant')::uuid[]))
    with check (tenant_id = any (current_setting('app.tenant')::uuid[]));
grant select, insert on work_rules to dakoku_attendance;
create trigger work_rules_are_facts before update or delete or truncate on work_rules
    for each statement execute function refuse_change();

-- What identity tells of a company stays in companies; what the company decides here has versions.
alter table companies drop column cutoff_minutes, drop column longest_shift_minutes;

-- A punch keeps all of the rules it is folded by. Punches from before there was a window are no double taps.
alter table punches
    add column duplicate_policy text not null default 'FIRST_IN_LAST_OUT'
        constraint punches_duplicate_policy_check check (duplicate_policy in ('FIRST_IN_LAST_OUT', 'ERROR_ON_REPEAT')),
    add column double_tap_seconds smallint not null default 0;
alter table punches alter column duplicate_policy drop default, alter column double_tap_seconds drop default;

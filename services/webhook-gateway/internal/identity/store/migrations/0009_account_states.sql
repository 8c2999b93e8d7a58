-- Accounts that are invited, used and deactivated. The tables know no account
-- without a state; before this, every account was one that could be used.
alter table accounts
    add column state       text   not null default 'ACTIVE' constraint accounts_state_check check (state in ('INVITED', 'ACTIVE', 'DEACTIVATED')),
    add column departments text[] not null default '{}'
        constraint accounts_departments_check check (cardinality(departments) <= 100 and array_position(departments, null) is null),
    add column revision    bigint not null default 1 constraint accounts_revision_check check (revision >= 1),
    alter column password_hash drop not null,
    add constraint accounts_active_check check (state <> 'INVITED' or password_hash is null);

-- Where a log-in came from, for the person who looks at the list of sessions.
alter table sessions
    add column address    text not null default '' constraint sessions_address_check check (char_length(address) <= 45),
    add column user_agent text not null default '' constraint sessions_user_agent_check check (char_length(user_agent) <= 200);

-- When a key was last used, to the minute.
alter table api_keys add column use_time timestamptz(3);
grant update (use_time) on api_keys to dakoku_identity;

-- Since when somebody is known to log in rightly from here.
alter table attempts add column proven_time timestamptz(3);

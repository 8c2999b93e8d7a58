-- A sync asks about each person once, also when nobody can tell of them (unknown), and about no more than so many: unasked
-- tells that somebody was left as they were.
alter table link_sync
    add column asked   integer not null default 0,
    add column unasked boolean not null default false;
alter table link_sync_person add column unknown boolean not null default false;

-- When the setup secret was first offered: it works for 24 hours. One that waits
-- since before this works for 24 hours from now.
alter table setup add column offer_time timestamptz(3) not null default now();
alter table setup alter column offer_time drop default;

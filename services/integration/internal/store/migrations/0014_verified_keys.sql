-- Whether a callback signed with the set has been accepted since the set was stored: nobody knows of one that was
-- stored before this.
alter table credentials add column verified boolean not null default false;
grant update (verified) on credentials to dakoku_integration;

-- When the last callback arrived whose signature or bot did not fit.
alter table traffic add column last_failure_at timestamptz(3);
create index traffic_last_failure on traffic (connection_id, last_failure_at) where last_failure_at is not null;

-- A sync says of whom LINE WORKS has suspended or deleted, as a result of its own kind.
alter table link_sync add column gone integer not null default 0;
alter table link_sync_result drop constraint link_sync_result_result_check;
alter table link_sync_result add constraint link_sync_result_result_check check (result in ('CREATED', 'CHANGED', 'FAILED', 'NO_MATCH', 'GONE')) not valid;

-- The one key under which the door authenticates page tokens, sealed; all
-- processes have the same. It belongs to no tenant.
create table page_key (
    id    smallint not null default 1 constraint page_key_pkey primary key constraint page_key_one_row_check check (id = 1),
    value bytea    not null
);
grant select, insert on page_key to dakoku_identity;
grant select, update (value) on page_key to dakoku_identity_worker;
create trigger page_key_is_rewrapped before update on page_key for each row
    when (current_user = 'dakoku_identity_worker') execute function only_rewrapped('value');

-- One sealed value that proves at start-up that the key on disk is the key of this data. It belongs to no tenant.
create table seal_check (
    id    smallint not null default 1 constraint seal_check_pkey primary key constraint seal_check_one_row_check check (id = 1),
    value bytea    not null
);
grant select, insert on seal_check to dakoku_gateway;

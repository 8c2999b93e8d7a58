-- Proves at start-up that the sealing key on disk belongs to this data.
create table seal_check (
    id    smallint not null constraint seal_check_pkey primary key,
    value bytea    not null,
    constraint seal_check_one_row check (id = 1)
);
grant select, insert on seal_check to dakoku_integration;

-- One number that grows with every change of a callback endpoint, in the same transaction as the change.
create table endpoint_version (
    id      smallint not null constraint endpoint_version_pkey primary key,
    version bigint   not null,
    constraint endpoint_version_one_row check (id = 1)
);
insert into endpoint_version (id, version) values (1, 1);
grant select, update on endpoint_version to dakoku_integration;
grant select on endpoint_version to dakoku_integration_worker;

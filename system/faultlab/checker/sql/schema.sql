-- What the recorder saw, beside what the product says. No code of the product reads or writes it.
drop schema if exists faultlab cascade;
create schema faultlab;
create unlogged table faultlab.event (
    id bigint primary key, tenant uuid not null, connection uuid not null, usr text not null, person text not null, employee uuid,
    issued timestamptz not null, body text not null, verdict text not null, reason text not null, kind text not null, answered boolean not null,
    withdrawn boolean not null
);
create unlogged table faultlab.attempt (id bigint primary key, event bigint not null, door integer not null, path integer not null, at timestamptz not null);
create unlogged table faultlab.result (attempt bigint primary key, result text not null, status integer not null, at timestamptz not null);
create unlogged table faultlab.gone (door integer not null, since timestamptz not null, until timestamptz not null);
create unlogged table faultlab.seen (place text not null, fact text not null);
create unlogged table faultlab.call (at timestamptz not null, bot text not null, path text not null, status integer not null, body text not null);

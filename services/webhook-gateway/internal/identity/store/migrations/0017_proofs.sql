-- When the person of a session last proved to be who it is: at the log-in, or
-- later. So far that was when the session began. A program of before, which names
-- no such time, makes sessions that have proved nothing yet.
alter table sessions add column proof_time timestamptz(3) not null default to_timestamp(0);
-- The owner of the table has to see the rows.
alter table sessions no force row level security;
update sessions set proof_time = create_time;
alter table sessions force row level security;

-- The session for which somebody went to the provider to prove it, as SHA-256.
alter table openid_errands add column session_hash bytea
    constraint openid_errands_session_hash_check check (octet_length(session_hash) = 32);

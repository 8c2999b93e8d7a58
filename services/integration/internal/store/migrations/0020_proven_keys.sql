-- What was typed as a client id or a server id may be a secret in the wrong field: nobody knows before LINE WORKS has given an
-- access token for the keys. Until then both are kept sealed with the set, and of each the fingerprint alone is shown.
alter table credentials
    add column client_id_print text not null default '',
    add column server_id_print text not null default '';
grant update (client_id, server_id) on credentials to dakoku_integration;

alter table credentials no force row level security;
alter table access_token no force row level security;
update credentials set client_id_print = left(encode(sha256(convert_to(client_id, 'UTF8')), 'hex'), 16) where client_id <> '';
update credentials set server_id_print = left(encode(sha256(convert_to(server_id, 'UTF8')), 'hex'), 16) where server_id <> '';
update credentials k set client_id = '', server_id = ''
 where not exists (select from access_token a where a.tenant_id = k.tenant_id and a.set_id = k.id and a.sealed is not null);
alter table credentials force row level security;
alter table access_token force row level security;

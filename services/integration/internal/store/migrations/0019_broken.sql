-- Why a connection is BROKEN is one of our reasons, with the platform's own code beside it. How often LINE WORKS refused an
-- access token that it had just given is counted, so that a token that is revoked now and then breaks nothing.
alter table connection add column state_detail text not null default '';
alter table gate add column refusals integer not null default 0;

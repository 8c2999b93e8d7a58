-- A callback token is sealed to be shown again, and one that is revoked is never shown: its sealed copy goes with the
-- revocation, whichever statement revokes it. The hash stays, by which the token is still known as revoked.
create function forget_revoked() returns trigger language plpgsql as $$
begin
    new.sealed := null;
    return new;
end
$$;

alter table callback_token alter column sealed drop not null;
create trigger callback_token_forgets before insert or update on callback_token for each row
    when (new.revoked_at is not null) execute function forget_revoked();

alter table callback_token no force row level security;
update callback_token set sealed = null where revoked_at is not null;
alter table callback_token force row level security;
alter table callback_token add constraint callback_token_sealed_check check ((sealed is null) = (revoked_at is not null));

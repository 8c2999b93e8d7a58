-- What the last call of a connection came to whose calls fail, since when they fail, and before when no message of which
-- nobody knows whether it arrived is sent for the last time.
alter table gate
    add column standing text not null default 'AWAY' constraint gate_standing_check check (standing in ('AWAY', 'UNKNOWN', 'ANSWERED')),
    add column failing_since timestamptz not null default '-infinity',
    add column repeats_at timestamptz not null default '-infinity';

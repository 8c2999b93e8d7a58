-- Priority 4: a confirmation that has waited for a day comes behind those of today, as a digest that names its day.
alter table outbound_message drop constraint outbound_message_priority_check;
alter table outbound_message add constraint outbound_message_priority_check check (priority in (1, 2, 3, 4)) not valid;
create index outbound_message_today on outbound_message (connection_id, created_at) where state = 'QUEUED' and priority = 2;

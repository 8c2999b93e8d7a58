-- Messages that wait because they were refused are counted by reason.
create index outbound_message_refused on outbound_message (connection_id, reason) where state = 'QUEUED' and refused_at is not null;

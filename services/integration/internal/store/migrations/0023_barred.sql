-- Since when a recipient is refused is known by the newest message to it that was.
create index outbound_message_barred on outbound_message (connection_id, recipient, finished_at) where refused_at is not null;

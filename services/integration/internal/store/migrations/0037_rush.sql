-- Only a message that waits has its content: this index's own word for it, which no other index knows. At night no message waits,
-- and a planner with the statistics of the night takes any index of those that are queued for as good as any other. In the
-- morning it would read all of them for each recipient. A recipient belongs to one connection, which is part of what it is a hash of.
drop index outbound_message_recipient;
create index outbound_message_recipient on outbound_message (recipient) where content is not null;

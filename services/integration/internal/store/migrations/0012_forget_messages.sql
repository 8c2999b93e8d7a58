-- Messages that have ended are forgotten after a time. Their text is gone with their end; the worker role removes the rows,
-- and cannot remove one that waits. The index is by creation, a day before the end at most: one by the end would tempt the
-- planner to look there for the last answer of one connection.
create index outbound_message_ended on outbound_message (created_at) where state <> 'QUEUED';
create policy forgetting on outbound_message for delete to dakoku_integration_worker using (state <> 'QUEUED');
grant select (finished_at, created_at), delete on outbound_message to dakoku_integration_worker;

-- What an administrator asks for by connection or by employee is found by it. By the newest first alone the list walks through
-- everything that the organization ever received when there is little of the one that is asked for. Rows of nobody are not in
-- the second: an event is somebody's when it is judged.
create index inbox_connection on inbox (tenant_id, connection_id, received_at desc, id desc);
create index inbox_employee on inbox (tenant_id, employee_id, received_at desc, id desc) where employee_id <> '';

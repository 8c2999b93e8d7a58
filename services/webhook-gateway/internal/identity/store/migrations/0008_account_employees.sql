-- The employee whose account it is: attendance's id, which this context never looks up. An account that is nobody's has
-- none; the roles of employees reach nothing without one.
alter table accounts add column employee_id uuid;

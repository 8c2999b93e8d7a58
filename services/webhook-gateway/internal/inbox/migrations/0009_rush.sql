-- Each index of events that wait has a predicate of its own, which only the statement uses that the index is for; all three say
-- PENDING, by the constraints of the table. At night nothing waits, and a planner with the statistics of the night takes every
-- index of what waits for as good as any other that it may use. In the morning it would read all that waits for each event.
drop index inbox_due;
drop index inbox_waiting;
drop index inbox_person;
create index inbox_due on inbox (due_at) where due_at is not null;
create index inbox_waiting on inbox (received_at) where done_at is null;
create index inbox_person on inbox (person, issued_at, id) where person is not null;

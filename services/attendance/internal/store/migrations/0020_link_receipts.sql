-- Which link made the sender of an event the employee, in the words of the context that knows links. Nothing here
-- reads it; it is sealed with the outcome, for the check to compare. Events from before have none.
alter table event_outcomes add column link_receipt text constraint event_outcomes_link_receipt_check check (link_receipt <> '');

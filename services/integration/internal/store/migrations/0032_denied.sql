-- How many calls in a row were refused for a reason that may be the app's or the recipient's, so that what fails for
-- another reason does not count as such.
alter table gate add column denied integer not null default 0;

-- The deliveries of the event beyond the one that made the row, which has the row's own id; the last 256 of them. One that
-- comes again, because nobody knew whether its commit had happened, is found here and not counted again. Null: there are none.
alter table inbox add column repeats uuid[];
grant update (repeats) on inbox to dakoku_gateway;

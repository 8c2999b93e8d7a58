-- Events that were begun several times without an orderly end are looked for every few claims, and there are hardly ever any: among
-- half a million events that waited each look read all of them, and took longer than a statement may. The number is the one of
-- lease.go.
create index inbox_suspect on inbox (due_at) where due_at is not null and attempts >= 3;

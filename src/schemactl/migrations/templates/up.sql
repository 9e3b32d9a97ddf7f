-- <name>: say here why.
--
-- The file runs in one transaction, and once. Write it so that it could run twice all the same
-- (IF NOT EXISTS, OR REPLACE, DROP … IF EXISTS first): `schemactl verify` tries.
-- What cannot run in a transaction, such as CREATE INDEX CONCURRENTLY, goes into a file of its own
-- with `-- schemactl:transaction=none` at its head.


-- The start of a migration's transaction. Its statements wait no longer than this for a lock.
BEGIN;
SET LOCAL lock_timeout = :'lock_timeout';
SET LOCAL statement_timeout = :'statement_timeout';

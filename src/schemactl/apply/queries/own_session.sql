-- Whatever role or setting the statements before chose, what follows runs as the runner itself, until the transaction ends.
SET LOCAL SESSION AUTHORIZATION DEFAULT;
SET LOCAL role TO DEFAULT;
SET LOCAL search_path TO pg_catalog;
SET LOCAL lock_timeout = '10s';
SET LOCAL statement_timeout = 0;

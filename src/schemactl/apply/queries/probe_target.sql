-- Which backend answers, whether it may be written to, and whether the runner lock is ours now (manual, 9.28.10). The lock
-- is tried for only in the backend that we mean: behind a pooler it would be left with a stranger.
SELECT pg_catalog.pg_backend_pid() AS backend,
       pg_catalog.pg_is_in_recovery() AS standby,
       pg_catalog.current_setting('transaction_read_only')::boolean AS read_only,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery() AND pg_catalog.pg_backend_pid() = :'backend'::int
            THEN pg_catalog.pg_try_advisory_lock(7236, 19790) END AS locked;

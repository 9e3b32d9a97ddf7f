-- Relations that the session's open transaction holds locks on, PostgreSQL's own left out.
select distinct relation::bigint as schemactl_locked
from pg_catalog.pg_locks
where locktype = 'relation' and pid = pg_catalog.pg_backend_pid() and relation >= 16384;

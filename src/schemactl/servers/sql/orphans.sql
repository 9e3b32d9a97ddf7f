-- Databases of runs that are no more. A run holds the advisory lock (1935894372, its number) for as long as it lives;
-- pg_locks shows the locks of all databases. Each name carries its run's number in hexadecimal.
select datname
from pg_database
where
  datname ~ '^schemactl_[0-9a-f]{8}_'
  and not exists (
    select
    from pg_locks
    where
      locktype = 'advisory'
      and classid = 1935894372
      and objid = ('x' || substr(datname, 11, 8))::bit(32)::bigint::oid
      and objsubid = 2
  )

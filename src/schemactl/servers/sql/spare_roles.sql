-- Roles that a preset had to make on a server that was there before, once no run is left that might need them.
select rolname
from pg_roles
where
  shobj_description(oid, 'pg_authid') = 'made by schemactl for throwaway databases'
  and not exists (select from pg_locks where locktype = 'advisory' and classid = 1935894372 and objsubid = 2 and pid <> pg_backend_pid())

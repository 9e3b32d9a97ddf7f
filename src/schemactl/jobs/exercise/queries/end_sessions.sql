-- Ends every other session of schemactl on this database, as an operator or a pooler may.
select pg_terminate_backend(pid)
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and application_name like 'schemactl:%';

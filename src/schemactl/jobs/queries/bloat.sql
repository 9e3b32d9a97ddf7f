-- Live and dead rows of the table, as the statistics have them.
select n_live_tup as live, n_dead_tup as dead, last_autovacuum, last_vacuum
  from pg_stat_all_tables
 where schemaname = :'schema' and relname = :'table';

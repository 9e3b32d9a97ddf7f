-- The catalogs that the open transaction has written to, the parts of it included that were rolled back since.
select relname::text
from pg_catalog.pg_stat_xact_sys_tables
where schemaname = 'pg_catalog' and n_tup_ins + n_tup_upd + n_tup_del > 0;

-- What the open transaction has done to the tables of `schemactl.oids`, a JSON array: rows read in whole scans so far, the
-- file that the table is in, and its indexes.
select wanted.oid::bigint,
  pg_catalog.pg_stat_get_xact_tuples_returned(wanted.oid::oid)::bigint as read,
  coalesce(pg_catalog.pg_relation_filenode(wanted.oid::oid), 0)::bigint as file,
  (select coalesce(pg_catalog.string_agg(pg_catalog.pg_relation_filenode(i.indexrelid)::text, ',' order by i.indexrelid), '')
   from pg_catalog.pg_index as i where i.indrelid = wanted.oid::oid) as indexes
from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('schemactl.oids')::jsonb) as wanted (oid);

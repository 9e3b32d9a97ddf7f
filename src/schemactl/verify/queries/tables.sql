-- Which relations of `schemactl.oids`, a JSON array, are tables, and whether they hold a row is asked elsewhere.
select c.oid::bigint, n.nspname::text, c.relname::text
from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('schemactl.oids')::jsonb) as wanted (oid)
join pg_catalog.pg_class as c on c.oid = wanted.oid::oid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relpersistence <> 't'
order by n.nspname, c.relname;

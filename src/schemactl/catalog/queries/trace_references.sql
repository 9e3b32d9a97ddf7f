-- Which catalog columns hold identifiers of other objects (PostgreSQL 14 and later).
select fktable::text as catalog, fkcols[1] as col, pktable::text as target
from pg_catalog.pg_get_catalog_foreign_keys()
where pkcols = '{oid}' and cardinality(fkcols) = 1;

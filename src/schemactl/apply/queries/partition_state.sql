-- Whether a partition's detaching is under way; no row when it is no partition of that table (any more).
SELECT inhdetachpending AS pending
FROM pg_catalog.pg_inherits
WHERE inhparent = pg_catalog.to_regclass(:'parent') AND inhrelid = pg_catalog.to_regclass(:'partition');

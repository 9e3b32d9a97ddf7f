SELECT pg_catalog.to_regclass('schemactl.history') IS NOT NULL AS exists;

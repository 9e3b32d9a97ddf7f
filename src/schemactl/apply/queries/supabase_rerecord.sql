UPDATE supabase_migrations.schema_migrations
SET version = :'version', name = :'name', statements = :'statements'::text[]
WHERE pg_catalog.ltrim(version, '0') = pg_catalog.ltrim(:'known', '0');

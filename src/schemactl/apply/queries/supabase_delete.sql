DELETE FROM supabase_migrations.schema_migrations
WHERE pg_catalog.ltrim(version, '0') = pg_catalog.ltrim(:'version', '0');

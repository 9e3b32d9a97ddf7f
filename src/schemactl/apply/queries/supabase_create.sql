-- The Supabase CLI's own table, as it makes it; older ones lack columns, hosted ones have more.
DO $create$
BEGIN
    IF pg_catalog.to_regnamespace('supabase_migrations') IS NULL THEN
        CREATE SCHEMA supabase_migrations;
    END IF;
    IF pg_catalog.to_regclass('supabase_migrations.schema_migrations') IS NULL THEN
        CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY, statements text[], name text);
    END IF;
    IF (SELECT pg_catalog.count(*)
        FROM pg_catalog.pg_attribute
        WHERE attrelid = 'supabase_migrations.schema_migrations'::pg_catalog.regclass
          AND attname IN ('statements', 'name') AND NOT attisdropped) < 2 THEN
        ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[];
        ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS name text;
    END IF;
END
$create$;

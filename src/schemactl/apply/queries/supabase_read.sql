-- By way of JSON, because an older table may lack the columns.
SELECT version,
       coalesce(pg_catalog.to_jsonb(ledger) ->> 'name', '') AS name,
       ARRAY(SELECT pg_catalog.jsonb_array_elements_text(
           CASE pg_catalog.jsonb_typeof(pg_catalog.to_jsonb(ledger) -> 'statements')
               WHEN 'array' THEN pg_catalog.to_jsonb(ledger) -> 'statements' ELSE '[]' END)) AS statements
FROM supabase_migrations.schema_migrations AS ledger
ORDER BY version;

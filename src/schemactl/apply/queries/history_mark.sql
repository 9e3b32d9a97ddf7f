-- One hash of whatever histories there are, as the setting schemactl.mark of this transaction. A block, because a query
-- that names a table which does not exist cannot even be read.
DO $mark$
DECLARE
    own text;
    theirs text;
BEGIN
    IF pg_catalog.to_regclass('schemactl.history') IS NOT NULL THEN
        SELECT pg_catalog.concat_ws(E'\n',
                   pg_catalog.obj_description(pg_catalog.to_regclass('schemactl.history'), 'pg_class'),
                   pg_catalog.string_agg(
                       pg_catalog.format('%s %s %s %s', id, state, raw_checksum, statements_done), E'\n'
                       ORDER BY id COLLATE "C"))
        INTO own
        FROM schemactl.history;
    END IF;
    IF pg_catalog.to_regclass('supabase_migrations.schema_migrations') IS NOT NULL THEN
        SELECT pg_catalog.string_agg(pg_catalog.to_jsonb(ledger)::text, E'\n' ORDER BY version COLLATE "C")
        INTO theirs
        FROM supabase_migrations.schema_migrations AS ledger;
    END IF;
    PERFORM pg_catalog.set_config('schemactl.mark', pg_catalog.md5(pg_catalog.concat_ws(E'\n\n', own, theirs)), true);
END
$mark$;

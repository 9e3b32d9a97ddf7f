-- The history: one row a migration. Only a runner that holds the lock creates it, so that no two do. Where it is there,
-- nothing is asked for: CREATE SCHEMA IF NOT EXISTS wants a privilege on the database even then.
DO $create$
BEGIN
    IF pg_catalog.to_regclass('schemactl.history') IS NOT NULL THEN
        RETURN;
    END IF;
    IF pg_catalog.to_regnamespace('schemactl') IS NULL THEN
        CREATE SCHEMA schemactl;
        COMMENT ON SCHEMA schemactl IS 'What schemactl remembers of this database';
    END IF;
    CREATE TABLE schemactl.history (
        id text PRIMARY KEY,
        version text,
        name text NOT NULL,
        state text NOT NULL CHECK (state IN ('running', 'applied', 'failed', 'baseline')),
        raw_checksum text,
        token_checksum text,
        statement_checksums text[] NOT NULL DEFAULT '{}',
        statement_texts text[] NOT NULL DEFAULT '{}',
        statements_done integer NOT NULL,
        statements_total integer NOT NULL,
        statement_intended integer,
        started_at timestamptz,
        finished_at timestamptz,
        duration interval GENERATED ALWAYS AS (finished_at - started_at) STORED,
        applied_by text NOT NULL,
        tool_version text NOT NULL,
        error text,
        CHECK (statements_done BETWEEN 0 AND statements_total),
        CHECK (state <> 'applied' OR statements_done = statements_total)
    );
    COMMENT ON TABLE schemactl.history IS 'layout 1; one row a migration: what ran, when, by whom, how far';
    COMMENT ON COLUMN schemactl.history.id
        IS 'The version without leading zeros, or R__name for a repeatable migration';
    COMMENT ON COLUMN schemactl.history.statement_intended
        IS 'The statement that was about to run outside a transaction: after a crash nobody knows whether it did';
END
$create$;

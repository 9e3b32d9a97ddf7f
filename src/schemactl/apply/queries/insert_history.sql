INSERT INTO schemactl.history (
    id, version, name, state, raw_checksum, token_checksum, statement_checksums, statement_texts, statements_done,
    statements_total, started_at, finished_at, applied_by, tool_version
) VALUES (
    :'id', :'version', :'name', :'state', :'raw_checksum', :'token_checksum', :'checksums', :'texts', :'done'::int,
    :'total'::int,
    greatest(
        pg_catalog.transaction_timestamp(),
        pg_catalog.to_timestamp(nullif(pg_catalog.current_setting('schemactl.cleaned_at', true), '')::float8)
    ),
    CASE WHEN :'state' <> 'running' THEN pg_catalog.clock_timestamp() END,
    :'applied_by' || ' as ' || session_user, :'tool_version'
);

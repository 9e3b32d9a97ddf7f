SELECT version, name, state, raw_checksum, token_checksum, statement_checksums, statement_texts, statements_done,
       statements_total, statement_intended, started_at, finished_at, applied_by, tool_version, error
FROM schemactl.history
ORDER BY started_at, id;

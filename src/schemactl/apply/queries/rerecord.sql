-- The file is another one to the eye, and the same to the server: what the history keeps of it follows.
UPDATE schemactl.history
SET id = :'id', version = :'version', name = :'name', raw_checksum = :'raw_checksum', token_checksum = :'token_checksum',
    statement_checksums = :'checksums', statement_texts = :'texts', statements_total = :'total'::int,
    statements_done = CASE WHEN state IN ('applied', 'baseline') THEN :'total'::int ELSE statements_done END
WHERE id = :'known';

-- A statement outside a transaction is about to run.
UPDATE schemactl.history SET state = 'running', statement_intended = statements_done + 1, error = NULL WHERE id = :'id';

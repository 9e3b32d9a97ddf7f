-- <name>, taken back: `schemactl rollback` runs this file.
--
-- Undo the statements in reverse order. Say so where rows are lost.


-- The first statement of a request makes the transaction, which all others share (manual, 55.2.2.1). The session may be
-- one that somebody has used before.
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
RESET ALL;

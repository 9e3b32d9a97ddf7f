-- One runner at a time, until this transaction ends; a runner with a session holds the same lock. It is tried for and not
-- waited for: who waits here holds a snapshot, for which a concurrent index build of the other runner would wait in turn.
DO $lock$
BEGIN
    IF NOT pg_catalog.pg_try_advisory_xact_lock(7236, 19790) THEN
        RAISE EXCEPTION USING ERRCODE = 'SCM01', MESSAGE = 'schemactl: another runner is at work';
    END IF;
END
$lock$;

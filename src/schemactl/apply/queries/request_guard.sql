-- The lock is ours, so nobody changes the history from here on; it must be the one that the plan was made from.
DO $guard$
BEGIN
    IF pg_catalog.current_setting('schemactl.mark') IS DISTINCT FROM pg_catalog.current_setting('schemactl.expected') THEN
        RAISE EXCEPTION USING ERRCODE = 'SCM02', MESSAGE = 'schemactl: the history has changed since it was read';
    END IF;
END
$guard$;

-- The next migration starts in a session as new: no role, setting, cursor, prepared statement or temporary table is left.
RESET SESSION AUTHORIZATION;
RESET ROLE;
RESET ALL;
CLOSE ALL;
DEALLOCATE ALL;
UNLISTEN *;
DISCARD SEQUENCES;
DISCARD TEMP;
SELECT pg_catalog.set_config(
    'schemactl.cleaned_at', extract(epoch FROM pg_catalog.clock_timestamp())::text, false);

SELECT pg_catalog.current_setting('schemactl.mark') AS mark;

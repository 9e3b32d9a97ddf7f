-- What the history looked like when the plan was made.
SELECT pg_catalog.set_config('schemactl.expected', :'mark', true);

-- Set for one transaction: what the text of definitions depends on, so that every session reads the same text, and plain
-- plans, because planning these joins freely takes longer than running them.
select set_config('search_path', 'pg_catalog', true),
       set_config('timezone', 'UTC', true),
       set_config('datestyle', 'ISO, YMD', true),
       set_config('intervalstyle', 'postgres', true),
       set_config('bytea_output', 'hex', true),
       set_config('extra_float_digits', '1', true),
       set_config('quote_all_identifiers', 'off', true),
       set_config('jit', 'off', true),
       set_config('join_collapse_limit', '1', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('max_parallel_workers_per_gather', '0', true);

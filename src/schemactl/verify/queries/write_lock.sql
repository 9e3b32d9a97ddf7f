-- Hold what any writer holds on the table `schemactl.table` (an oid), until the transaction ends.
do $$
begin
  execute pg_catalog.format(
    'lock table %s in row exclusive mode', pg_catalog.current_setting('schemactl.table')::oid::regclass);
end
$$;

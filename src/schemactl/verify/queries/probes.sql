-- Try what an application does with the table `schemactl.table` (an oid), and note in `schemactl.blocked` what did not get
-- its lock within some milliseconds: a SELECT, a write, and the row lock that a foreign key's check takes.
do $$
declare
  relation constant text := pg_catalog.current_setting('schemactl.table')::oid::regclass::text;
  blocked text[] := '{}';
begin
  perform pg_catalog.set_config('lock_timeout', '4ms', true);
  begin
    execute pg_catalog.format('select from %s limit 1', relation);
  exception when lock_not_available then
    blocked := blocked || 'reads'::text;
  end;
  begin
    execute pg_catalog.format('delete from %s where false', relation);
  exception
    when lock_not_available then blocked := blocked || 'writes'::text;
    when others then null;
  end;
  begin
    execute pg_catalog.format('select from %s limit 1 for key share', relation);
  exception
    when lock_not_available then blocked := blocked || 'foreign-key checks'::text;
    when others then null;
  end;
  perform pg_catalog.set_config('schemactl.blocked', pg_catalog.array_to_string(blocked, ','), false);
end
$$;

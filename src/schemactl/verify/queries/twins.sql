-- Make the second row of the table `schemactl.table` (an oid) like its first, but for what must be unique: the rows that
-- a new UNIQUE constraint meets may be such. Nothing happens where the table does not have it.
do $$
declare
  relation constant regclass := pg_catalog.current_setting('schemactl.table')::oid::regclass;
  alike text;
begin
  select pg_catalog.string_agg(pg_catalog.format('%1$I = first.%1$I', a.attname), ', ') into alike
  from pg_catalog.pg_attribute as a
  where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
    and not exists (
      select from pg_catalog.pg_index as i
      where i.indrelid = relation and i.indisunique and a.attnum = any (i.indkey)
    );
  execute pg_catalog.format(
    'update only %1$s as second set %2$s from (select * from only %1$s order by ctid limit 1) as first '
    'where second.ctid = (select ctid from only %1$s order by ctid offset 1 limit 1)', relation, alike);
exception when others then
  null;
end
$$;

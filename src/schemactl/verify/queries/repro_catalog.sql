-- What the scripts that reproduce a finding compare: a line for each thing in the schemas of the database.
create schema schemactl_repro;
create function schemactl_repro.catalog() returns setof text language sql stable set search_path = '' as $$
  with mine as (
    select oid, nspname from pg_catalog.pg_namespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'schemactl_repro')
  ), relations as (
    select c.*, c.oid::pg_catalog.regclass::text as name from pg_catalog.pg_class as c where relnamespace in (select oid from mine)
  ), lines as (
    select 'schema ' || nspname from mine
    union all
    select case relkind when 'i' then 'index ' when 'I' then 'index ' when 'v' then 'view ' when 'm' then 'view '
        when 'S' then 'sequence ' when 'c' then 'type ' else 'table ' end || name
      || case when relrowsecurity then ', row security' else '' end || coalesce(', grants ' || relacl::text, '')
    from relations
    union all
    select 'index ' || i.indexrelid::pg_catalog.regclass || ': ' || pg_catalog.pg_get_indexdef(i.indexrelid)
      || case when indisvalid then '' else ', INVALID' end
    from pg_catalog.pg_index as i where i.indexrelid in (select oid from relations)
    union all
    select 'view ' || name || ': ' || pg_catalog.pg_get_viewdef(oid) from relations where relkind in ('v', 'm')
    union all
    select 'column ' || r.name || '.' || a.attname || ': ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end
      || coalesce(' default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') || coalesce(', grants ' || a.attacl::text, '')
    from relations as r
    join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef as d on d.adrelid = r.oid and d.adnum = a.attnum
    where r.relkind in ('r', 'p', 'f', 'c')
    union all
    select 'constraint ' || conname || ' on ' || coalesce(nullif(conrelid, 0)::pg_catalog.regclass::text, contypid::pg_catalog.regtype::text)
      || ': ' || pg_catalog.pg_get_constraintdef(oid)
    from pg_catalog.pg_constraint where connamespace in (select oid from mine)
    union all
    select 'trigger ' || pg_catalog.pg_get_triggerdef(oid) || ' ' || tgenabled::text
    from pg_catalog.pg_trigger where not tgisinternal and tgrelid in (select oid from relations)
    union all
    select 'policy ' || polname || ' on ' || polrelid::pg_catalog.regclass || ' ' || polcmd::text || ' '
      || coalesce(pg_catalog.pg_get_expr(polqual, polrelid), '') || ' / ' || coalesce(pg_catalog.pg_get_expr(polwithcheck, polrelid), '')
    from pg_catalog.pg_policy where polrelid in (select oid from relations)
    union all
    select 'function ' || oid::pg_catalog.regprocedure || ': ' || pg_catalog.pg_get_functiondef(oid) || coalesce(', grants ' || proacl::text, '')
    from pg_catalog.pg_proc where pronamespace in (select oid from mine) and prokind in ('f', 'p')
    union all
    select 'type ' || t.oid::pg_catalog.regtype || coalesce(': ' || (
        select pg_catalog.string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_catalog.pg_enum as e where e.enumtypid = t.oid), '')
    from pg_catalog.pg_type as t where typnamespace in (select oid from mine) and typtype in ('e', 'd', 'r')
    union all
    select 'comment on ' || pg_catalog.pg_describe_object(classoid, objoid, objsubid) || ': ' || description
    from pg_catalog.pg_description where objoid >= 16384
    union all
    select 'extension ' || extname from pg_catalog.pg_extension
    union all
    select 'publication ' || pubname || coalesce(' of ' || prrelid::pg_catalog.regclass::text, '')
    from pg_catalog.pg_publication as p left join pg_catalog.pg_publication_rel as t on t.prpubid = p.oid
  )
  select pg_catalog.regexp_replace(line, '\s+', ' ', 'g') from lines as found (line) order by 1
$$;

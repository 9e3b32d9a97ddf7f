-- Constraints of tables. NOT NULL belongs to the column, a constraint trigger to the triggers. What an ALTER can change
-- without a new definition (deferrable, enforced, validated) stands beside the definition, not in it. A foreign key to
-- a partitioned table has one more for each partition, named by the order in which they came: those are not shown.
select 'constraint' as kind,
       array[n.nspname::text, c.relname::text, k.conname::text] collate "C" as path,
       case k.contype when 'c' then 'check' when 'f' then 'foreign key' when 'p' then 'primary key'
            when 'u' then 'unique' when 'x' then 'exclude' end as type,
       regexp_replace(def.text, '( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT ENFORCED)?( NOT VALID)?$', '') as definition,
       (select array_agg(a.attname::text order by array_position(k.conkey, a.attnum))
          from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey)) as columns,
       case when k.confrelid <> 0 then k.confrelid::regclass::text end as references,
       case when k.confrelid <> 0 then
         (select array_agg(a.attname::text order by array_position(k.confkey, a.attnum))
            from pg_attribute a where a.attrelid = k.confrelid and a.attnum = any (k.confkey))
       end as referenced_columns,
       k.condeferrable as deferrable,
       k.condeferred as deferred,
       case when def.text ~ ' NOT ENFORCED( NOT VALID)?$' then false end as enforced,
       case when def.text ~ ' NOT ENFORCED( NOT VALID)?$' then null else k.convalidated end as validated,
       case when not k.conislocal then true end as inherited,
       d.description as comment
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
 cross join lateral (select pg_get_constraintdef(k.oid) as text offset 0) def
  left join pg_description d on d.classoid = 'pg_constraint'::regclass and d.objoid = k.oid and d.objsubid = 0
 where k.contype in ('c', 'f', 'p', 'u', 'x')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_constraint parent where parent.oid = k.conparentid and parent.conrelid = k.conrelid)
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;

-- Operator classes.
select 'operator class' as kind,
       array[n.nspname::text, c.opcname::text, am.amname::text] collate "C" as path,
       format('%I.%I', fn.nspname, f.opfname) as family,
       format_type(c.opcintype, null) as type,
       c.opcdefault as default,
       case when c.opckeytype <> 0 then format_type(c.opckeytype, null) end as storage,
       pg_get_userbyid(c.opcowner)::text as owner,
       d.description as comment
  from pg_opclass c
  join pg_namespace n on n.oid = c.opcnamespace
  join pg_am am on am.oid = c.opcmethod
  join pg_opfamily f on f.oid = c.opcfamily
  join pg_namespace fn on fn.oid = f.opfnamespace
  left join pg_description d on d.classoid = 'pg_opclass'::regclass and d.objoid = c.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_opclass'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;

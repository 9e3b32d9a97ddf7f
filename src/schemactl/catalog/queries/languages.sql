-- Procedural languages, without those of the server itself.
select 'language' as kind,
       array[l.lanname::text] collate "C" as path,
       l.lanpltrusted as trusted,
       nullif(l.lanplcallfoid, 0)::regprocedure::text as handler,
       nullif(l.laninline, 0)::regprocedure::text as inline_handler,
       nullif(l.lanvalidator, 0)::regprocedure::text as validator,
       pg_get_userbyid(l.lanowner)::text as owner,
       coalesce(l.lanacl, acldefault('l', l.lanowner))::text[] as acl,
       d.description as comment
  from pg_language l
  left join pg_description d on d.classoid = 'pg_language'::regclass and d.objoid = l.oid and d.objsubid = 0
 where l.lanispl
   and not exists (select from pg_depend e
                    where e.classid = 'pg_language'::regclass and e.objid = l.oid and e.deptype = 'e')
 order by path;

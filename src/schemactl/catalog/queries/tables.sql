-- Tables, partitioned tables and foreign tables. Columns, constraints and the rest have files of their own.
select case c.relkind when 'f' then 'foreign table' else 'table' end as kind,
       array[n.nspname::text, c.relname::text] collate "C" as path,
       pg_get_userbyid(c.relowner)::text as owner,
       case c.relpersistence when 'u' then 'unlogged' else 'permanent' end as persistence,
       am.amname::text as access_method,
       ts.spcname::text as tablespace,
       pg_get_partkeydef(c.oid) as partition_key,
       pg_get_expr(c.relpartbound, c.oid) as partition_bound,
       (select array_agg(i.inhparent::regclass::text order by i.inhseqno)
          from pg_inherits i where i.inhrelid = c.oid) as inherits,
       (select i.inhdetachpending from pg_inherits i where i.inhrelid = c.oid and i.inhdetachpending)
         as detach_pending,
       case when c.reloftype <> 0 then format_type(c.reloftype, null) end as of_type,
       c.reloptions as options,
       toast.reloptions as toast_options,
       c.relrowsecurity as row_security,
       c.relforcerowsecurity as force_row_security,
       case c.relreplident when 'd' then 'default' when 'n' then 'nothing' when 'f' then 'full' else 'index' end
         as replica_identity,
       s.srvname::text as server,
       f.ftoptions as server_options,
       coalesce(c.relacl, acldefault('r', c.relowner))::text[] as acl,
       d.description as comment
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_am am on am.oid = c.relam
  left join pg_tablespace ts on ts.oid = c.reltablespace
  left join pg_class toast on toast.oid = c.reltoastrelid
  left join pg_foreign_table f on f.ftrelid = c.oid
  left join pg_foreign_server s on s.oid = f.ftserver
  left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
 where c.relkind in ('r', 'p', 'f')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;

-- Tables that somebody besides their owner and superusers can touch while row security is off: kind of door by table.
select distinct n.nspname, c.relname
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join lateral pg_catalog.aclexplode(c.relacl) as door on true
left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attacl is not null and not a.attisdropped
left join lateral pg_catalog.aclexplode(a.attacl) as column_door on true
left join pg_catalog.pg_roles as r on r.oid in (door.grantee, column_door.grantee)
where c.relkind in ('r', 'p')
  and not c.relrowsecurity
  and c.relpersistence <> 't'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and (
    (door.grantee is not null and door.grantee <> c.relowner)
    or (column_door.grantee is not null and column_door.grantee <> c.relowner)
  )
  and (r.oid is null or not (r.rolsuper or r.rolbypassrls))
order by 1, 2;

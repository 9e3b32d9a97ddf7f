-- Security labels on objects of this database.
select 'security label' as kind,
       array[l.provider, o.type, o.identity] collate "C" as path,
       l.label as label
  from pg_seclabel l
 cross join lateral pg_identify_object(l.classoid, l.objoid, l.objsubid) o
 order by path;

-- Schemas that a publication names; version 15 and later.
select 'publication schema' as kind,
       array[n.nspname::text, p.pubname::text] collate "C" as path
  from pg_publication_namespace r
  join pg_publication p on p.oid = r.pnpubid
  join pg_namespace n on n.oid = r.pnnspid
 order by path;

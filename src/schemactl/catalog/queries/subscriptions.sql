-- Subscriptions of this database, without the connection string: it holds a password, and only a superuser may read it.
select 'subscription' as kind,
       array[s.subname::text] collate "C" as path,
       s.subenabled as enabled,
       s.subpublications as publications,
       s.subslotname::text as slot,
       s.subsynccommit as synchronous_commit,
       s.subbinary as binary,
       pg_get_userbyid(s.subowner)::text as owner,
       d.description as comment
  from pg_subscription s
  left join pg_description d on d.classoid = 'pg_subscription'::regclass and d.objoid = s.oid and d.objsubid = 0
 where s.subdbid = (select oid from pg_database where datname = current_database())
 order by path;

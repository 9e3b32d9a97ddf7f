-- Text search configurations: the dictionaries that each token type goes through.
select 'text search configuration' as kind,
       array[n.nspname::text, c.cfgname::text] collate "C" as path,
       format('%I.%I', pn.nspname, p.prsname) as parser,
       array(select format('%s: %s', token.alias, string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno))
               from pg_ts_config_map m
               join ts_token_type(c.cfgparser) token on token.tokid = m.maptokentype
              where m.mapcfg = c.oid group by token.alias order by token.alias collate "C") as mappings,
       pg_get_userbyid(c.cfgowner)::text as owner,
       d.description as comment
  from pg_ts_config c
  join pg_namespace n on n.oid = c.cfgnamespace
  join pg_ts_parser p on p.oid = c.cfgparser
  join pg_namespace pn on pn.oid = p.prsnamespace
  left join pg_description d on d.classoid = 'pg_ts_config'::regclass and d.objoid = c.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_ts_config'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;

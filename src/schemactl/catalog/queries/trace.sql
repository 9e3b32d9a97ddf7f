-- What was written to the catalogs since transaction `schemactl.since`: each row that is new or rewritten, with a number for
-- its place, and for each catalog the count of its rows and the sum of their places, from which follows whether the rows
-- that were not written are still the same ones. Left out is what differs from one run to the next although the schema is
-- the same: object identifiers, statistics, places on disk, TOAST tables.
-- `schemactl.catalogs` names the catalogs to look at, with a space on either side of each.
-- In psql: set schemactl.since = '700'; set schemactl.catalogs = ' pg_class pg_attribute ';
select 'pg_namespace' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_namespace as t
where position(' pg_namespace ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_namespace', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_namespace as t
where position(' pg_namespace ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_class' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'relfilenode' - 'relpages' - 'reltuples' - 'relallvisible' - 'relallfrozen' - 'reltoastrelid' - 'relfrozenxid' - 'relminmxid' - 'relrewrite' - 'relhasindex' - 'relpartbound' || jsonb_build_object('relpartbound', pg_get_expr(t.relpartbound, t.oid)) as written, 1 as rows
from pg_catalog.pg_class as t
where position(' pg_class ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
  and not (t.relnamespace = 'pg_toast'::regnamespace)
union all
select 'pg_class', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_class as t
where position(' pg_class ' in current_setting('schemactl.catalogs')) > 0
  and not (t.relnamespace = 'pg_toast'::regnamespace)
union all
select 'pg_attribute' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'attmissingval' - 'attcacheoff' as written, 1 as rows
from pg_catalog.pg_attribute as t
where position(' pg_attribute ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
  and not (t.attrelid in (select c.oid from pg_class as c where c.relnamespace = 'pg_toast'::regnamespace))
union all
select 'pg_attribute', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_attribute as t
where position(' pg_attribute ' in current_setting('schemactl.catalogs')) > 0
  and not (t.attrelid in (select c.oid from pg_class as c where c.relnamespace = 'pg_toast'::regnamespace))
union all
select 'pg_attrdef' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'adbin' || jsonb_build_object('adbin', pg_get_expr(t.adbin, t.adrelid)) as written, 1 as rows
from pg_catalog.pg_attrdef as t
where position(' pg_attrdef ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_attrdef', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_attrdef as t
where position(' pg_attrdef ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_index' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'indcheckxmin' - 'indexprs' - 'indpred' || jsonb_build_object('definition', pg_get_indexdef(t.indexrelid)) as written, 1 as rows
from pg_catalog.pg_index as t
where position(' pg_index ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
  and not (t.indrelid in (select c.oid from pg_class as c where c.relnamespace = 'pg_toast'::regnamespace))
union all
select 'pg_index', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_index as t
where position(' pg_index ' in current_setting('schemactl.catalogs')) > 0
  and not (t.indrelid in (select c.oid from pg_class as c where c.relnamespace = 'pg_toast'::regnamespace))
union all
select 'pg_constraint' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'conbin' || jsonb_build_object('definition', pg_get_constraintdef(t.oid)) as written, 1 as rows
from pg_catalog.pg_constraint as t
where position(' pg_constraint ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_constraint', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_constraint as t
where position(' pg_constraint ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_trigger' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'tgqual' || jsonb_build_object('definition', pg_get_triggerdef(t.oid)) as written, 1 as rows
from pg_catalog.pg_trigger as t
where position(' pg_trigger ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
  and not (t.tgisinternal)
union all
select 'pg_trigger', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_trigger as t
where position(' pg_trigger ' in current_setting('schemactl.catalogs')) > 0
  and not (t.tgisinternal)
union all
select 'pg_policy' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'polqual' - 'polwithcheck' || jsonb_build_object('using', pg_get_expr(t.polqual, t.polrelid), 'check', pg_get_expr(t.polwithcheck, t.polrelid)) as written, 1 as rows
from pg_catalog.pg_policy as t
where position(' pg_policy ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_policy', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_policy as t
where position(' pg_policy ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_rewrite' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'ev_qual' - 'ev_action' || jsonb_build_object('definition', pg_get_ruledef(t.oid)) as written, 1 as rows
from pg_catalog.pg_rewrite as t
where position(' pg_rewrite ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_rewrite', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_rewrite as t
where position(' pg_rewrite ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_inherits' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_inherits as t
where position(' pg_inherits ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_inherits', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_inherits as t
where position(' pg_inherits ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_sequence' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_sequence as t
where position(' pg_sequence ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_sequence', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_sequence as t
where position(' pg_sequence ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_partitioned_table' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'partexprs' || jsonb_build_object('definition', pg_get_partkeydef(t.partrelid)) as written, 1 as rows
from pg_catalog.pg_partitioned_table as t
where position(' pg_partitioned_table ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_partitioned_table', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_partitioned_table as t
where position(' pg_partitioned_table ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_statistic_ext' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'stxexprs' || jsonb_build_object('definition', pg_get_statisticsobjdef(t.oid)) as written, 1 as rows
from pg_catalog.pg_statistic_ext as t
where position(' pg_statistic_ext ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_statistic_ext', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_statistic_ext as t
where position(' pg_statistic_ext ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_type' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'typdefaultbin' as written, 1 as rows
from pg_catalog.pg_type as t
where position(' pg_type ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
  and not (t.typnamespace = 'pg_toast'::regnamespace)
union all
select 'pg_type', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_type as t
where position(' pg_type ' in current_setting('schemactl.catalogs')) > 0
  and not (t.typnamespace = 'pg_toast'::regnamespace)
union all
select 'pg_enum' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_enum as t
where position(' pg_enum ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_enum', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_enum as t
where position(' pg_enum ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_range' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_range as t
where position(' pg_range ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_range', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_range as t
where position(' pg_range ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_proc' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'prosqlbody' - 'proargdefaults' || jsonb_build_object('arguments', pg_get_function_arguments(t.oid), 'body', pg_get_function_sqlbody(t.oid)) as written, 1 as rows
from pg_catalog.pg_proc as t
where position(' pg_proc ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_proc', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_proc as t
where position(' pg_proc ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_aggregate' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_aggregate as t
where position(' pg_aggregate ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_aggregate', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_aggregate as t
where position(' pg_aggregate ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_description' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' || jsonb_build_object('classoid', t.classoid::regclass::text) as written, 1 as rows
from pg_catalog.pg_description as t
where position(' pg_description ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_description', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_description as t
where position(' pg_description ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_seclabel' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' || jsonb_build_object('classoid', t.classoid::regclass::text) as written, 1 as rows
from pg_catalog.pg_seclabel as t
where position(' pg_seclabel ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_seclabel', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_seclabel as t
where position(' pg_seclabel ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_default_acl' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_default_acl as t
where position(' pg_default_acl ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_default_acl', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_default_acl as t
where position(' pg_default_acl ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_extension' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_extension as t
where position(' pg_extension ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_extension', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_extension as t
where position(' pg_extension ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_publication' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_publication as t
where position(' pg_publication ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_publication', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_publication as t
where position(' pg_publication ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_publication_rel' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' - 'prqual' as written, 1 as rows
from pg_catalog.pg_publication_rel as t
where position(' pg_publication_rel ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_publication_rel', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_publication_rel as t
where position(' pg_publication_rel ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_event_trigger' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_event_trigger as t
where position(' pg_event_trigger ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_event_trigger', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_event_trigger as t
where position(' pg_event_trigger ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_foreign_data_wrapper' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_foreign_data_wrapper as t
where position(' pg_foreign_data_wrapper ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_foreign_data_wrapper', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_foreign_data_wrapper as t
where position(' pg_foreign_data_wrapper ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_foreign_server' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_foreign_server as t
where position(' pg_foreign_server ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_foreign_server', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_foreign_server as t
where position(' pg_foreign_server ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_foreign_table' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_foreign_table as t
where position(' pg_foreign_table ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_foreign_table', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_foreign_table as t
where position(' pg_foreign_table ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_user_mapping' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_user_mapping as t
where position(' pg_user_mapping ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_user_mapping', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_user_mapping as t
where position(' pg_user_mapping ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_collation' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_collation as t
where position(' pg_collation ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_collation', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_collation as t
where position(' pg_collation ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_conversion' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_conversion as t
where position(' pg_conversion ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_conversion', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_conversion as t
where position(' pg_conversion ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_cast' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_cast as t
where position(' pg_cast ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_cast', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_cast as t
where position(' pg_cast ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_operator' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_operator as t
where position(' pg_operator ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_operator', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_operator as t
where position(' pg_operator ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_opclass' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_opclass as t
where position(' pg_opclass ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_opclass', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_opclass as t
where position(' pg_opclass ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_opfamily' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_opfamily as t
where position(' pg_opfamily ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_opfamily', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_opfamily as t
where position(' pg_opfamily ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_amop' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_amop as t
where position(' pg_amop ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_amop', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_amop as t
where position(' pg_amop ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_amproc' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_amproc as t
where position(' pg_amproc ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_amproc', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_amproc as t
where position(' pg_amproc ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_am' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_am as t
where position(' pg_am ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_am', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_am as t
where position(' pg_am ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_language' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_language as t
where position(' pg_language ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_language', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_language as t
where position(' pg_language ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_transform' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_transform as t
where position(' pg_transform ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_transform', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_transform as t
where position(' pg_transform ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_ts_config' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_ts_config as t
where position(' pg_ts_config ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_ts_config', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_ts_config as t
where position(' pg_ts_config ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_ts_config_map' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_ts_config_map as t
where position(' pg_ts_config_map ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_ts_config_map', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_ts_config_map as t
where position(' pg_ts_config_map ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_ts_dict' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_ts_dict as t
where position(' pg_ts_dict ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_ts_dict', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_ts_dict as t
where position(' pg_ts_dict ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_ts_parser' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_ts_parser as t
where position(' pg_ts_parser ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_ts_parser', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_ts_parser as t
where position(' pg_ts_parser ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_ts_template' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_ts_template as t
where position(' pg_ts_template ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_ts_template', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_ts_template as t
where position(' pg_ts_template ' in current_setting('schemactl.catalogs')) > 0
union all
select 'pg_largeobject_metadata' as catalog, hashtid(t.ctid)::bigint as place,
  to_jsonb(t) - 'oid' as written, 1 as rows
from pg_catalog.pg_largeobject_metadata as t
where position(' pg_largeobject_metadata ' in current_setting('schemactl.catalogs')) > 0
  and age(t.xmin) <= (select age(current_setting('schemactl.since')::xid))
union all
select 'pg_largeobject_metadata', sum(hashtid(t.ctid)::bigint)::bigint, null, count(*)
from pg_catalog.pg_largeobject_metadata as t
where position(' pg_largeobject_metadata ' in current_setting('schemactl.catalogs')) > 0;

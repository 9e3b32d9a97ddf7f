-- Which of the rarer kinds this database has at all, by the name of their query: most databases have few, and asking here
-- costs less than planning a query for each. What a user makes has an object identifier from 16384 on (FirstNormalObjectId).
select name
  from (values ('access_methods', exists (select from pg_am where oid >= 16384)),
               ('aggregates', exists (select from pg_aggregate where aggfnoid::oid >= 16384)),
               ('base_types', exists (select from pg_type where oid >= 16384 and typtype in ('b', 'p'))),
               ('casts', exists (select from pg_cast where oid >= 16384)),
               ('collations', exists (select from pg_collation where oid >= 16384)),
               ('composite_types', exists (select from pg_class where oid >= 16384 and relkind = 'c')),
               ('conversions', exists (select from pg_conversion where oid >= 16384)),
               ('default_privileges', exists (select from pg_default_acl)),
               ('domains', exists (select from pg_type where oid >= 16384 and typtype = 'd')),
               ('domain_constraints', exists (select from pg_type where oid >= 16384 and typtype = 'd')),
               ('enums', exists (select from pg_type where oid >= 16384 and typtype = 'e')),
               ('event_triggers', exists (select from pg_event_trigger)),
               ('foreign_data_wrappers', exists (select from pg_foreign_data_wrapper)),
               ('foreign_servers', exists (select from pg_foreign_server)),
               ('functions', exists (select from pg_proc where oid >= 16384)),
               ('languages', exists (select from pg_language where oid >= 16384)),
               ('operator_classes', exists (select from pg_opclass where oid >= 16384)),
               ('operator_families', exists (select from pg_opfamily where oid >= 16384)),
               ('operators', exists (select from pg_operator where oid >= 16384)),
               ('policies', exists (select from pg_policy)),
               ('publications', exists (select from pg_publication)),
               ('publication_schemas', exists (select from pg_publication)
                                       and current_setting('server_version_num')::integer >= 150000),
               ('publication_tables', exists (select from pg_publication)),
               ('range_types', exists (select from pg_range where rngtypid >= 16384)),
               ('rules', exists (select from pg_rewrite where oid >= 16384 and rulename <> '_RETURN')),
               ('security_labels', exists (select from pg_seclabel)),
               ('sequences', exists (select from pg_sequence)),
               ('statistics', exists (select from pg_statistic_ext)),
               ('subscriptions', exists (select from pg_subscription)),
               ('text_search_configurations', exists (select from pg_ts_config where oid >= 16384)),
               ('text_search_dictionaries', exists (select from pg_ts_dict where oid >= 16384)),
               ('text_search_parsers', exists (select from pg_ts_parser where oid >= 16384)),
               ('text_search_templates', exists (select from pg_ts_template where oid >= 16384)),
               ('transforms', exists (select from pg_transform)),
               ('triggers', exists (select from pg_trigger where not tgisinternal)),
               ('user_mappings', exists (select from pg_user_mappings)),
               ('views', exists (select from pg_class where oid >= 16384 and relkind in ('v', 'm')))
       ) probe(name, present)
 where present
 order by name;

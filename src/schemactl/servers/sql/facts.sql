-- What tells a production server from one to play on, and whether somebody said that this one is to play on.
select
  pg_is_in_recovery() as in_recovery,
  (select count(*) from pg_stat_replication) as replicas,
  current_setting('archive_mode') <> 'off' as archives,
  (
    select coalesce(sum(pg_database_size(oid)), 0)
    from pg_database
    where not datistemplate and datname !~ '^schemactl_[0-9a-f]{8}_' and has_database_privilege(oid, 'connect')
  )::bigint as bytes,
  coalesce(current_setting('schemactl.allow_throwaway', true), '') in ('on', 'true', 'yes', '1') as allowed,
  (select rolsuper from pg_roles where rolname = current_user) as superuser

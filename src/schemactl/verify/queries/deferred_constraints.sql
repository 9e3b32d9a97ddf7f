-- Whether any constraint is checked at COMMIT, and, of rows that the open transaction has written, has to be.
select exists (select from pg_catalog.pg_constraint where condeferred) as any_constraint, exists (
  select from pg_catalog.pg_constraint as k
  cross join unnest(array[k.conrelid, k.confrelid]) as t (oid)
  where k.condeferred and pg_catalog.pg_stat_get_xact_tuples_inserted(t.oid)
    + pg_catalog.pg_stat_get_xact_tuples_updated(t.oid) + pg_catalog.pg_stat_get_xact_tuples_deleted(t.oid) > 0
) as rows_to_check;

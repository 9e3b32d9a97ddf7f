-- Whether any constraint is checked at COMMIT.
select exists (select from pg_catalog.pg_constraint where condeferred);

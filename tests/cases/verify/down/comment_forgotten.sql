-- expect: 2_step.down.sql 1 after it the catalog is not what it was
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
alter table t add column extra text;
comment on table t is 'with extra';
-- file: 2_step.down.sql
alter table t drop column extra;

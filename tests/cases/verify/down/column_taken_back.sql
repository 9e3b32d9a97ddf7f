-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
alter table t add column extra text;
-- file: 2_step.down.sql
alter table t drop column extra;

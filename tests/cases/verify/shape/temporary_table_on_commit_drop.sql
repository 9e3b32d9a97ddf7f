-- expect: 2_step.sql 2 42P01
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
create temporary table scratch on commit drop as select 1 as one;
insert into t (id) select one from scratch;

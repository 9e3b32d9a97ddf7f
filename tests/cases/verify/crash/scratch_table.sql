-- expect: 1_step.sql 2 42P07
-- file: 1_step.sql
create table if not exists t (id integer);
create table scratch (id integer);
drop table scratch;

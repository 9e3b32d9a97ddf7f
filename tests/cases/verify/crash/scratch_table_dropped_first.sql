-- expect: nothing
-- file: 1_step.sql
create table if not exists t (id integer);
drop table if exists scratch;
create table scratch (id integer);
drop table scratch;

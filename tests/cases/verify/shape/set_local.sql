-- expect: 2_step.sql 2 42P01
-- file: 1_base.sql
create schema if not exists other;
create table if not exists other.only_there (id integer);
-- file: 2_step.sql
set local search_path = other;
select * from only_there;

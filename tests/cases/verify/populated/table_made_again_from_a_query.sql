-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text);
create table if not exists t_by_name (name text, n bigint);
-- file: 2_step.sql
drop table t_by_name;
create table t_by_name as select name, count(*) as n from t group by name;

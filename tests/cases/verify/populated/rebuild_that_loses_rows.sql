-- expect: 2_step.sql 3 rows of public.t are gone
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, amount numeric(10, 2), count integer, email text);
-- file: 2_step.sql
create table t_new as select * from t limit 1;
drop table t;
alter table t_new rename to t;

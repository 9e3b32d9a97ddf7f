-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint not null, n integer) partition by list (n);
create table if not exists t_rest partition of t for values in (2, 3);
-- file: 2_step.sql
create table if not exists t_low partition of t for values in (1);

-- expect: 2_step.sql 1 22003
-- file: 1_base.sql
create table if not exists t (id bigint primary key check (id > 100000));
-- file: 2_step.sql
alter table t alter column id type smallint;

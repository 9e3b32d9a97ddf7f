-- expect: 2_step.sql 1 22012
-- file: 1_base.sql
create table if not exists t (id bigint primary key, n integer not null);
-- file: 2_step.sql
alter table t add column share integer generated always as (100 / (n - n)) stored;

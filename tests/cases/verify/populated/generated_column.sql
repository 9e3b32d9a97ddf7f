-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint primary key, n integer not null);
-- file: 2_step.sql
alter table t add column twice bigint generated always as (n::bigint * 2) stored;

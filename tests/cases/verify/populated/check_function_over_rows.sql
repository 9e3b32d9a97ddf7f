-- expect: 2_step.sql 2 23514
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer, at text);
create table if not exists kid (id bigint primary key, t bigint references t (id));
-- file: 2_step.sql
create or replace function positive(n integer) returns boolean language sql immutable as 'select n > 1000000000';
alter table t add constraint c check (positive(n) and n is not null);

-- expect: 2_step.sql 2 rows of public.t are gone
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer, at text);
create table if not exists kid (id bigint primary key, t bigint references t (id));
-- file: 2_step.sql
drop table if exists t cascade;
create table if not exists t (id bigint primary key, name text, n integer, at text);

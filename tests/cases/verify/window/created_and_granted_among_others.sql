-- expect: 1_t.sql 2 public.t can be touched
-- file: 1_t.sql
create table t (id integer);
grant select on t to public;
create table u (id integer);
comment on table u is 'of the owner alone';
-- file: 2_t.sql
alter table t enable row level security;

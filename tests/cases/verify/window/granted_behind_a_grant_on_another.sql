-- expect: 1_t.sql 5 public.t can be touched
-- file: 1_t.sql
create table other_texts (id integer);
alter table other_texts enable row level security;
grant select on other_texts to public;
create table t (id integer);
grant select on t to public;
create table u (id integer);
-- file: 2_t.sql
alter table t enable row level security;

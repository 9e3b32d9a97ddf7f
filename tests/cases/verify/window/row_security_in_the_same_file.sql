-- expect: nothing
-- file: 1_t.sql
create table t (id integer);
alter table t enable row level security;
grant select on t to public;

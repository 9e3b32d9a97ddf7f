-- expect: nothing
-- file: 1_t.sql
create table t (id integer);
-- file: 2_t.sql
alter table t enable row level security;
-- file: 3_t.sql
grant select on t to public;

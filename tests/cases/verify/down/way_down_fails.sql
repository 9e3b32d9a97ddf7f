-- expect: 1_t.down.sql 1 42P01
-- file: 1_t.sql
create table t (id integer);
-- file: 1_t.down.sql
drop table u;

-- expect: 1_t.sql 2 25P01
-- file: 1_t.sql
create table t (id integer);
lock table t;

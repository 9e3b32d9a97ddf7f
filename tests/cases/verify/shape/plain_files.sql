-- expect: nothing
-- file: 1_t.sql
create table t (id integer);
insert into t values (1);
-- file: 2_t.sql
alter table t add column a text;

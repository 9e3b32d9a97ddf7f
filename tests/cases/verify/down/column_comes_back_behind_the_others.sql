-- expect: nothing
-- file: 1_t.sql
create table t (a integer, b integer);
-- file: 2_t.sql
alter table t drop column a;
-- file: 2_t.down.sql
alter table t add column a integer;

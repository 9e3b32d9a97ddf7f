-- expect: 1_t.down.sql 1 after it the catalog is not what it was
-- expect: 1_t.sql 1 42710
-- file: 1_t.sql
create type mood as enum ('sad');
create table t (m mood);
-- file: 1_t.down.sql
drop table t;

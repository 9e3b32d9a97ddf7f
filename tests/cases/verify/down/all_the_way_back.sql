-- expect: nothing
-- file: 1_t.sql
create type mood as enum ('sad');
create table t (m mood);
-- file: 1_t.down.sql
drop table t;
drop type mood;

-- expect: 1_t.down.sql 0 cannot be read: syntax error
-- file: 1_t.sql
create table if not exists t (id integer);
-- file: 1_t.down.sql
drop table t
select 1;
-- file: 2_u.sql
create table if not exists u (id integer);
-- file: 2_u.down.sql
drop table u;

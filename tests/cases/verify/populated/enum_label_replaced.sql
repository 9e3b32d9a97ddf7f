-- expect: 2_step.sql 3 22P02
-- file: 1_base.sql
create type mood as enum ('sad', 'calm');
create table if not exists t (id bigint primary key, m mood not null);
-- file: 2_step.sql
create type mood2 as enum ('glad');
alter table t alter column m drop default;
alter table t alter column m type mood2 using m::text::mood2;

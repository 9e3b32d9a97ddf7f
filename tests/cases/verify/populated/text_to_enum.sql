-- expect: 2_step.sql 2 22P02
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, amount numeric(10, 2), count integer, email text);
-- file: 2_step.sql
create type mood as enum ('sad', 'happy');
alter table t alter column name type mood using name::mood;

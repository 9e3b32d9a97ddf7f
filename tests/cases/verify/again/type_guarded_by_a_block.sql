-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
do $$ begin create type mood as enum ('sad'); exception when duplicate_object then null; end $$;

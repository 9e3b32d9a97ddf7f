-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
do $$ begin if exists (select from pg_attribute where attrelid = 't'::regclass and attname = 'name') then alter table t rename column name to title; end if; end $$;

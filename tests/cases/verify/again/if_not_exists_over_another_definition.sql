-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, n integer default 0);
create table if not exists u (name text primary key);
-- file: 2_step.sql
create table if not exists t (id integer, other text);
do $$ begin if exists (select from pg_attribute where attrelid = 't'::regclass and attname = 'other') then raise exception 'made here'; end if; end $$;

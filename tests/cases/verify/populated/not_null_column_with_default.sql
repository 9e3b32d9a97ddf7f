-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, amount numeric(10, 2), count integer, email text);
-- file: 2_step.sql
alter table t add column owner uuid not null default gen_random_uuid();

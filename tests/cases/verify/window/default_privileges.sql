-- expect: 1_base.sql 2 public.open can be touched
-- file: 1_base.sql
alter default privileges grant select on tables to public;
create table if not exists open (id integer);
-- file: 2_step.sql
alter table open enable row level security;

-- expect: 2_step.sql 1 reads the whole table public.leaf
-- lock: 2_step.sql 1 public.parts constant SHARE UPDATE EXCLUSIVE
-- lock: 2_step.sql 1 public.leaf grows ACCESS EXCLUSIVE
-- file: 1_base.sql
create table parts (id bigint not null) partition by list (id);
create table leaf (id bigint not null check (id between 1 and 1));
-- file: 2_step.sql
alter table parts attach partition leaf for values in (1);

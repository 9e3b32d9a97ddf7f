-- A table that could not be filled for one file is tried again for the next.
-- expect: 3_c.sql 1 reads the whole table public.once
-- skipped: 2_b.sql public.once could not be filled with rows
-- lock: 3_c.sql 1 public.once grows ACCESS EXCLUSIVE
-- file: 1_a.sql
create table if not exists once (id integer primary key, constraint never check (id < 0 and id > 0));
-- file: 2_b.sql
alter table once drop constraint if exists never;
-- file: 3_c.sql
alter table once add constraint positive check (id > -2147483648);

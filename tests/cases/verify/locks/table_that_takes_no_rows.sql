-- What is done to a table without rows shows nothing of what it costs.
-- expect: nothing
-- skipped: 2_b.sql public.never could not be filled with rows
-- lock: 2_b.sql 2 public.never not-measured ACCESS EXCLUSIVE
-- lock: 2_b.sql 2 public.other constant ACCESS EXCLUSIVE
-- file: 1_a.sql
create table if not exists never (id integer primary key, check (id < 0 and id > 0));
create table if not exists other (id integer primary key);
-- file: 2_b.sql
lock table other, never;
update never set id = id;

-- As many rows as the enum has labels, and no more at the larger size.
-- expect: nothing
-- skipped: 2_b.sql public.color takes no more rows here
-- lock: 2_b.sql 2 public.color not-measured ACCESS EXCLUSIVE
-- file: 1_a.sql
create type shade as enum ('red', 'green', 'blue');
create table if not exists color (shade shade primary key, uses integer not null default 0);
-- file: 2_b.sql
lock table color;
update color set uses = uses + 1;

-- A build takes all rows, however few can be put in.
-- expect: 2_b.sql 1 builds an index of public.color
-- lock: 2_b.sql 1 public.color grows SHARE
-- file: 1_a.sql
create type shade as enum ('red', 'green', 'blue');
create table if not exists color (shade shade primary key, uses integer not null default 0);
-- file: 2_b.sql
create index if not exists color_uses on color (uses);

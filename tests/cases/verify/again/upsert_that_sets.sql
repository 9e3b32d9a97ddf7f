-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
insert into t (id, n) values (-5, 1) on conflict (id) do update set n = excluded.n;

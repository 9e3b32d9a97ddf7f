-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, amount numeric(10, 2), count integer, email text);
-- file: 2_step.sql
create table kinds (id integer primary key);
alter table t add constraint t_kind foreign key (count) references kinds not valid;

-- expect: 2_step.sql 1 23505
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text not null);
-- file: 2_step.sql
create unique index t_lower on t (lower(name));

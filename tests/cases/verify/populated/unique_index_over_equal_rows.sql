-- expect: 2_step.sql 1 23505
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, amount numeric(10, 2), count integer, email text);
-- file: 2_step.sql
create unique index t_email_key on t (lower(email));

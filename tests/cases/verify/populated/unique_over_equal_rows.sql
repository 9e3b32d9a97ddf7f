-- expect: 2_step.sql 1 23505
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, amount numeric(10, 2), count integer, email text);
-- file: 2_step.sql
alter table t add constraint t_email_key unique (email);

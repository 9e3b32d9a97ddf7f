-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name varchar(50) not null check (length(name) > 5));
-- file: 2_step.sql
alter table t alter column name type varchar(100);

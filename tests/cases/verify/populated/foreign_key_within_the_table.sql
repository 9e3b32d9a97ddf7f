-- expect: 2_step.sql 1 23503
-- file: 1_base.sql
create table if not exists t (id integer primary key, n integer not null check (n < 0), check (id > 0));
-- file: 2_step.sql
alter table t add constraint parent foreign key (n) references t (id);

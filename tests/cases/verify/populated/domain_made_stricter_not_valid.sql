-- expect: nothing
-- file: 1_base.sql
create domain word as text;
create table if not exists t (id bigint primary key, name word not null);
-- file: 2_step.sql
alter domain word add constraint longer check (length(value) > 1000) not valid;

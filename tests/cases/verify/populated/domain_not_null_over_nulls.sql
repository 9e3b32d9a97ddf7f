-- expect: 2_step.sql 1 23502
-- file: 1_base.sql
create domain word as text;
create table if not exists t (id bigint primary key, name word);
-- file: 2_step.sql
alter domain word set not null;

-- expect: 2_step.sql 1 23514
-- file: 1_base.sql
create table p (id integer not null, day date not null) partition by range (id);
create table p_rest partition of p default;
-- file: 2_step.sql
create table p_all partition of p for values from (minvalue) to (maxvalue);

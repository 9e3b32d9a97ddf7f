-- expect: 2_step.sql 1 55006
-- file: 1_base.sql
create table if not exists u (id integer primary key);
create table if not exists t (u integer references u (id) deferrable initially deferred);
insert into u values (1) on conflict do nothing;
insert into t select 1 where not exists (select from t);
-- file: 2_step.sql
alter table t add column extra text;

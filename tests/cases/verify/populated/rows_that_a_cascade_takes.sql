-- expect: 3_step.sql 1 rows of public.kid are gone
-- file: 1_base.sql
create table if not exists t (id integer primary key);
create table if not exists kid (id integer primary key, t integer references t on delete cascade);
-- file: 2_more.sql
alter table kid add column if not exists note text;
-- file: 3_step.sql
delete from t where id in (select t from kid);
comment on table kid is 'some are gone';

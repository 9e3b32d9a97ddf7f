-- expect: 2_step.sql 3 P0001
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer, at text);
create table if not exists kid (id bigint primary key, t bigint references t (id));
-- file: 2_step.sql
create or replace function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create or replace trigger refuse before update on t for each row execute function refuse();
update t set n = 1;

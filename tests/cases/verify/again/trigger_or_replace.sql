-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
create or replace function f() returns trigger language plpgsql as 'begin return new; end';
create or replace trigger tr before insert on t for each row execute function f();

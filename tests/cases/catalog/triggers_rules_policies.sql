-- case: trigger
create table t (id int primary key, name text, amount numeric(10,2));
create function tf() returns trigger language plpgsql as 'begin return new; end';
-- change
create trigger g before update on t for each row execute function tf();
-- expect: added trigger s.t.g

-- case: trigger definition
create table t (id int primary key, name text, amount numeric(10,2));
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger g before update on t for each row execute function tf();
-- change
drop trigger g on t;
create trigger g after update on t for each row execute function tf();
-- expect: changed trigger s.t.g: definition

-- case: trigger disable
create table t (id int primary key, name text, amount numeric(10,2));
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger g before update on t for each row execute function tf();
-- change
alter table t disable trigger g;
-- expect: changed trigger s.t.g: enabled

-- case: trigger enable replica
create table t (id int primary key, name text, amount numeric(10,2));
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger g before update on t for each row execute function tf();
-- change
alter table t enable replica trigger g;
-- expect: changed trigger s.t.g: enabled

-- case: trigger enable always
create table t (id int primary key, name text, amount numeric(10,2));
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger g before update on t for each row execute function tf();
-- change
alter table t enable always trigger g;
-- expect: changed trigger s.t.g: enabled

-- case: trigger comment
create table t (id int primary key, name text, amount numeric(10,2));
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger g before update on t for each row execute function tf();
-- change
comment on trigger g on t is 'x';
-- expect: changed trigger s.t.g: comment

-- case: constraint trigger
create table t (id int primary key, name text, amount numeric(10,2));
create function tf() returns trigger language plpgsql as 'begin return new; end';
-- change
create constraint trigger g after update on t deferrable for each row execute function tf();
-- expect: added trigger s.t.g

-- case: trigger of a partition
create table p (id int, at date) partition by range (at);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table p1 partition of p default;
create trigger g after insert on p1 for each row execute function tf();
-- change
drop trigger g on p1;
create trigger g after insert on p for each row execute function tf();
-- expect: changed trigger s.p1.g: inherited
-- expect: added trigger s.p.g

-- case: event trigger
create function ef() returns event_trigger language plpgsql as 'begin end';
-- change
create event trigger g on ddl_command_end execute function ef();
-- expect: added event trigger g

-- case: event trigger enabled
create function ef() returns event_trigger language plpgsql as 'begin end';
create event trigger g on ddl_command_end execute function ef();
-- change
alter event trigger g disable;
-- expect: changed event trigger g: enabled

-- case: rule
create table t (id int primary key, name text, amount numeric(10,2));
-- change
create rule r as on delete to t do instead nothing;
-- expect: added rule s.t.r

-- case: rule definition
create table t (id int primary key, name text, amount numeric(10,2));
create rule r as on delete to t do instead nothing;
-- change
create or replace rule r as on delete to t where old.id > 0 do instead nothing;
-- expect: changed rule s.t.r: definition

-- case: rule enabled
create table t (id int primary key, name text, amount numeric(10,2));
create rule r as on delete to t do instead nothing;
-- change
alter table t disable rule r;
-- expect: changed rule s.t.r: enabled

-- case: policy
create table t (id int primary key, name text, amount numeric(10,2));
-- change
create policy y on t using (id > 0);
-- expect: added policy s.t.y

-- case: policy command
create table t (id int primary key, name text, amount numeric(10,2));
create policy y on t using (id > 0);
-- change
drop policy y on t;
create policy y on t for update using (id > 0);
-- expect: changed policy s.t.y: command

-- case: policy roles
create table t (id int primary key, name text, amount numeric(10,2));
create policy y on t using (id > 0);
-- change
alter policy y on t to app, boss;
-- expect: changed policy s.t.y: roles

-- case: policy permissive
create table t (id int primary key, name text, amount numeric(10,2));
create policy y on t using (id > 0);
-- change
drop policy y on t;
create policy y on t as restrictive using (id > 0);
-- expect: changed policy s.t.y: permissive

-- case: policy using
create table t (id int primary key, name text, amount numeric(10,2));
create policy y on t using (id > 0);
-- change
alter policy y on t using (id > 1);
-- expect: changed policy s.t.y: using

-- case: policy check
create table t (id int primary key, name text, amount numeric(10,2));
create policy y on t using (id > 0);
-- change
alter policy y on t with check (id > 1);
-- expect: changed policy s.t.y: check

-- case: policy comment
create table t (id int primary key, name text, amount numeric(10,2));
create policy y on t using (id > 0);
-- change
comment on policy y on t is 'x';
-- expect: changed policy s.t.y: comment

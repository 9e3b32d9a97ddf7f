-- A schema with something of nearly every kind, in forms that servers word in their own ways.
-- It runs with `search_path` set to schema `s`; roles `app` and `boss` exist.
create table t (id int primary key, name text not null, amount numeric(10,2) check (amount > 0 and amount < 100), at
  timestamptz default now(), d date default '2020-01-01', j jsonb default '{}', tags text[] default '{}', st text
  check (st in ('a','b')), constraint u unique (name, st));
create table c (id bigint generated always as identity primary key, t int references t on delete cascade deferrable, n
  int generated always as (t * 2) stored, u uuid default gen_random_uuid(), iv interval default '1 day'::interval,
  constraint e exclude using gist (int4range(t, n) with &&));
create view v1 as select t.id, upper(t.name) as un, extract(year from t.at) y, t.st in ('a','b') as q from t where
  t.amount > 3 order by t.id limit 5;
create view v2 as select t.name, count(*) as n, sum(amount) filter (where amount > 1) s from t group by t.name having
  count(*) > 1;
create view v3 as with x as (select id, name from t), y as materialized (select * from x) select x.id, y.name from x
  join y using (id) left join lateral (select c.id as cid from c where c.t = x.id) l on true;
create view v4 as select id from t union all select t from c union select 5;
create view v5 as select id, row_number() over (partition by name order by at desc nulls last) rn, coalesce(name, 'x')
  || 'y' as z, case when amount > 5 then 'big' else 'small' end as size from t;
create view v6 as select s.* from (select id, name from t where exists (select 1 from c where c.t = t.id)) s;
create view v7 as values (1,'a'),(2,'b');
create view v8 as select * from generate_series(1,3) g(i), unnest(array[1,2]) with ordinality u(a,b);
create view v9 as select distinct on (name) name, id, current_user as cu, now() at time zone 'utc' as z,
  substring(name from 1 for 2) su, trim(both ' ' from name) tr, name like 'a%' lk, name ~* 'x' rx, amount::int::text
  ct, array(select id from c) arr, (select max(id) from c) mx, name = any(tags) an from t order by name, id;
create view v10 as select grouping(name) g, name, st, count(*) from t group by grouping sets ((name),(st),());
create view v11 as select t.id, (t.*)::text as whole, t as r from t;
create recursive view v12 (n) as values (1) union all select n+1 from v12 where n < 5;
create materialized view m1 as select id, name from t where id between 1 and 5 with no data;
create index i1 on t (lower(name), (amount * 2) desc) include (id) where st = 'a' and amount is not null;
create index i2 on t using gin (j jsonb_path_ops); create index i3 on t using brin (at) with (pages_per_range = 32);
create function f1(a int, b text default 'x', out c int, variadic d int[] default '{}') language sql immutable begin
  atomic select a + 1; end;
create function f2(a int) returns table (x int, y text) language sql stable begin atomic select t.id, t.name from t
  where t.id = a order by 1; end;
create function f3() returns void language sql begin atomic insert into t(id,name) values (1,'x') on conflict (id) do
  update set name = excluded.name returning id; end;
create function tg() returns trigger language plpgsql as 'begin return new; end';
create trigger t1 after update of name, st on t for each row when (old.name is distinct from new.name) execute
  function tg('a','b');
create trigger t2 after insert on t referencing new table as nt for each statement execute function tg();
create rule r1 as on update to v6 do instead update t set name = new.name where id = old.id;
create rule r2 as on insert to v6 do instead insert into t(id,name) values (new.id, new.name);
alter table t enable row level security;
create policy p1 on t for select using (id in (select c.t from c where c.u = (select gen_random_uuid())));
create policy p2 on t for update to app using (exists (select 1 from c join t t2 on t2.id = c.t where c.t = t.id))
  with check (name <> '' and st is not null);
create table p (id int, at date, k text) partition by range (at, k); create table p1 partition of p for values from
  ('2020-01-01', minvalue) to ('2021-01-01', maxvalue); create table pl (id int not null) partition by list (id);
  create table pl1 partition of pl for values in (1,2,null); create table ph (id int) partition by hash(id); create
  table ph1 partition of ph for values with (modulus 4, remainder 0);
create index pi on p (id);
create domain dm as text check (value ~ '^[a-z]+$' and length(value) < 10);
create statistics stx (dependencies, mcv) on name, st, (amount * 2) from t;
create aggregate ag(int) (sfunc = int4pl, stype = int, initcond = '0', parallel = safe, combinefunc = int4pl);
create type comp as (a int, b text[]); create table typed of comp (a with options not null);
create table inh (extra int) inherits (t);
create table sr (id serial, big bigserial, sm smallserial, b bit(3) default b'101', v varchar(5) default 'x', ch
  char(3), ti time(3) with time zone, ts timestamp(2), itv interval day to second(3), f real default 1.5, m money
  default 3);
create procedure pr(inout a int) language plpgsql as 'begin a := 1; end';
create operator class oc for type int using btree as operator 1 <, operator 3 =, function 1 btint4cmp(int,int);
create cast (comp as text) with inout;
create text search configuration ts (copy = english);
alter default privileges in schema s grant select on tables to app; alter default privileges in schema s revoke
  execute on functions from public;
grant all on t to app; grant select (name), update (name) on t to boss; grant usage on sequence sr_id_seq to app;
  grant execute on function f2 to app;

-- case: index
create table t (id int primary key, name text, amount numeric(10,2));
-- change
create index i on t (name);
-- expect: added index s.t.i

-- case: index unique
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (name);
-- change
drop index i;
create unique index i on t (name);
-- expect: changed index s.t.i: definition

-- case: index predicate
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (name);
-- change
drop index i;
create index i on t (name) where id > 0;
-- expect: changed index s.t.i: definition

-- case: index order
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (name);
-- change
drop index i;
create index i on t (name desc nulls last);
-- expect: changed index s.t.i: definition

-- case: index options
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (name);
-- change
alter index i set (fillfactor = 50);
-- expect: changed index s.t.i: definition

-- case: index invalid
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (name);
-- change
update pg_index set indisvalid = false where indexrelid = 'i'::regclass;
-- expect: changed index s.t.i: valid

-- case: index not ready
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (name);
-- change
update pg_index set indisready = false where indexrelid = 'i'::regclass;
-- expect: changed index s.t.i: ready

-- case: index clustered
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (name);
-- change
alter table t cluster on i;
-- expect: changed index s.t.i: clustered

-- case: index of a constraint
create table t (id int primary key, name text, amount numeric(10,2));
create unique index i on t (name);
-- change
alter table t add constraint i unique using index i;
-- expect: changed index s.t.i: constraint
-- expect: added constraint s.t.i

-- case: index statistics
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (lower(name));
-- change
alter index i alter 1 set statistics 500;
-- expect: changed index s.t.i: statistics_targets

-- case: index attached
create table p (id int, at date) partition by range (at);
create table p1 partition of p default;
create index p1i on p1 (id);
create index pi on only p (id);
-- change
alter index pi attach partition p1i;
-- expect: changed index s.p1.p1i: parent
-- expect: changed index s.p.pi: valid

-- case: index comment
create table t (id int primary key, name text, amount numeric(10,2));
-- change
comment on index t_pkey is 'x';
-- expect: changed index s.t.t_pkey: comment

-- case: check
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t add constraint k check (amount > 0);
-- expect: added constraint s.t.k

-- case: check changed
create table t (id int primary key, name text, amount numeric(10,2));
alter table t add constraint k check (amount > 0);
-- change
alter table t drop constraint k;
alter table t add constraint k check (amount > 1);
-- expect: changed constraint s.t.k: definition

-- case: check not valid
create table t (id int primary key, name text, amount numeric(10,2));
alter table t add constraint k check (amount > 0) not valid;
-- change
alter table t validate constraint k;
-- expect: changed constraint s.t.k: validated

-- case: check not enforced (since 18)
create table t (id int primary key, name text, amount numeric(10,2));
alter table t add constraint k check (amount > 0) not enforced;
-- change
alter table t drop constraint k;
alter table t add constraint k check (amount > 0) not valid;
-- expect: changed constraint s.t.k: enforced, validated

-- case: check no inherit
create table t (id int primary key, name text, amount numeric(10,2));
alter table t add constraint k check (amount > 0);
-- change
alter table t drop constraint k;
alter table t add constraint k check (amount > 0) no inherit;
-- expect: changed constraint s.t.k: definition

-- case: constraint renamed
create table t (id int primary key, name text, amount numeric(10,2));
alter table t add constraint k check (amount > 0);
-- change
alter table t rename constraint k to l;
-- expect: removed constraint s.t.k
-- expect: added constraint s.t.l

-- case: constraint comment
create table t (id int primary key, name text, amount numeric(10,2));
-- change
comment on constraint t_pkey on t is 'x';
-- expect: changed constraint s.t.t_pkey: comment

-- case: inherited check
create table t (a int);
create table c () inherits (t);
alter table t add constraint k check (a > 0);
-- change
alter table c no inherit t;
-- expect: changed table s.c: inherits
-- expect: changed column s.c.a: inherited
-- expect: changed constraint s.c.k: inherited

-- case: foreign key
create table t (id int primary key, name text, amount numeric(10,2));
create table c (t int);
-- change
alter table c add constraint k foreign key (t) references t;
-- expect: added constraint s.c.k

-- case: on delete
create table t (id int primary key, name text, amount numeric(10,2));
create table c (t int constraint k references t);
-- change
alter table c drop constraint k;
alter table c add constraint k foreign key (t) references t on delete cascade;
-- expect: changed constraint s.c.k: definition

-- case: deferrable
create table t (id int primary key, name text, amount numeric(10,2));
create table c (t int constraint k references t);
-- change
alter table c alter constraint k deferrable;
-- expect: changed constraint s.c.k: deferrable

-- case: deferred
create table t (id int primary key, name text, amount numeric(10,2));
create table c (t int constraint k references t deferrable);
-- change
alter table c alter constraint k deferrable initially deferred;
-- expect: changed constraint s.c.k: deferred

-- case: foreign key not enforced (since 18)
create table t (id int primary key, name text, amount numeric(10,2));
create table c (t int constraint k references t not enforced);
-- change
alter table c alter constraint k enforced;
-- expect: changed constraint s.c.k: enforced, validated

-- case: unique
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t add constraint k unique (name);
-- expect: added constraint s.t.k
-- expect: added index s.t.k

-- case: exclude
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t add constraint k exclude (name with =);
-- expect: added constraint s.t.k
-- expect: added index s.t.k

-- case: nulls not distinct (since 15)
create table t (id int primary key, name text, amount numeric(10,2));
alter table t add constraint k unique (name);
-- change
alter table t drop constraint k;
alter table t add constraint k unique nulls not distinct (name);
-- expect: changed constraint s.t.k: definition
-- expect: changed index s.t.k: definition

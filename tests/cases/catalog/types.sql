-- case: enum
-- change
create type e as enum ('a');
-- expect: added enum s.e

-- case: enum label
create type e as enum ('a', 'b');
-- change
alter type e add value 'c';
-- expect: changed enum s.e: labels

-- case: enum order
create type e as enum ('a', 'b');
-- change
drop type e;
create type e as enum ('b', 'a');
-- expect: changed enum s.e: labels

-- case: enum owner
create type e as enum ();
-- change
alter type e owner to boss;
-- expect: changed enum s.e: owner

-- case: enum grant
create type e as enum ();
-- change
revoke usage on type e from public;
-- expect: changed enum s.e: grants.PUBLIC

-- case: enum comment
create type e as enum ();
-- change
comment on type e is 'x';
-- expect: changed enum s.e: comment

-- case: domain
-- change
create domain d as int;
-- expect: added domain s.d

-- case: domain type
create domain d as int;
-- change
drop domain d;
create domain d as bigint;
-- expect: changed domain s.d: type

-- case: domain default
create domain d as int;
-- change
alter domain d set default 7;
-- expect: changed domain s.d: default

-- case: domain not null
create domain d as int;
-- change
alter domain d set not null;
-- expect: changed domain s.d: not_null

-- case: domain collation
create domain d as text;
-- change
drop domain d;
create domain d as text collate "C";
-- expect: changed domain s.d: collation

-- case: domain check
create domain d as int;
-- change
alter domain d add constraint k check (value > 0);
-- expect: added domain constraint s.d.k

-- case: domain check changed
create domain d as int constraint k check (value > 0);
-- change
alter domain d drop constraint k;
alter domain d add constraint k check (value > 1);
-- expect: changed domain constraint s.d.k: definition

-- case: domain check not valid
create domain d as int;
alter domain d add constraint k check (value > 0) not valid;
-- change
alter domain d validate constraint k;
-- expect: changed domain constraint s.d.k: validated

-- case: domain constraint comment
create domain d as int constraint k check (value > 0);
-- change
comment on constraint k on domain d is 'x';
-- expect: changed domain constraint s.d.k: comment

-- case: domain grant
create domain d as int;
-- change
grant usage on domain d to app;
-- expect: changed domain s.d: grants.app

-- case: composite
-- change
create type c as (a int);
-- expect: added composite type s.c
-- expect: added column s.c.a

-- case: composite attribute
create type c as (a int);
-- change
alter type c alter attribute a type bigint;
-- expect: changed column s.c.a: type

-- case: composite owner
create type c as (a int);
-- change
alter type c owner to boss;
-- expect: changed composite type s.c: owner

-- case: composite comment
create type c as (a int);
-- change
comment on type c is 'x';
-- expect: changed composite type s.c: comment

-- case: composite attribute comment
create type c as (a int);
-- change
comment on column c.a is 'x';
-- expect: changed column s.c.a: comment

-- case: range
create type r as range (subtype = float8);
-- change
drop type r;
create type r as range (subtype = float8, subtype_diff = float8mi);
-- expect: changed range type s.r: subtype_difference

-- case: range subtype
create type r as range (subtype = float8);
-- change
drop type r;
create type r as range (subtype = float4);
-- expect: changed range type s.r: operator_class, subtype

-- case: shell type
-- change
create type b;
-- expect: added base type s.b

-- case: collation object
create collation c (locale = 'C');
-- change
drop collation c;
create collation c (locale = 'POSIX');
-- expect: changed collation s.c: locale

-- case: statistics object
create table t (id int primary key, name text, amount numeric(10,2));
-- change
create statistics x (dependencies) on id, name from t;
-- expect: added statistics s.x

-- case: statistics definition
create table t (id int primary key, name text, amount numeric(10,2));
create statistics x (dependencies) on id, name from t;
-- change
drop statistics x;
create statistics x (ndistinct) on id, name from t;
-- expect: changed statistics s.x: definition

-- case: statistics object's target
create table t (id int primary key, name text, amount numeric(10,2));
create statistics x (ndistinct) on id, name from t;
-- change
alter statistics x set statistics 7;
-- expect: changed statistics s.x: statistics_target

-- case: cast
create type e as enum ('a');
-- change
create cast (e as text) with inout as assignment;
-- expect: added cast s.e.text

-- case: cast context
create type e as enum ('a');
create cast (e as text) with inout as assignment;
-- change
drop cast (e as text);
create cast (e as text) with inout as implicit;
-- expect: changed cast s.e.text: context

-- case: operator
-- change
create operator === (leftarg = int, rightarg = int, function = int4eq);
-- expect: added operator s.===.integer, integer

-- case: operator hashes
create operator === (leftarg = int, rightarg = int, function = int4eq);
-- change
drop operator === (int, int);
create operator === (leftarg = int, rightarg = int, function = int4eq, hashes);
-- expect: changed operator s.===.integer, integer: hashes

-- case: operator class
create operator family o using btree;
-- change
create operator class o for type int using btree family o as operator 1 <, function 1 btint4cmp(int, int);
-- expect: added operator class s.o.btree
-- expect: changed operator family s.o.btree: functions, operators

-- case: conversion
-- change
create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- expect: added conversion s.c

-- case: text search configuration
create text search configuration c (copy = simple);
-- change
alter text search configuration c alter mapping for word with english_stem;
-- expect: changed text search configuration s.c: mappings

-- case: text search dictionary
create text search dictionary d (template = simple);
-- change
alter text search dictionary d (accept = false);
-- expect: changed text search dictionary s.d: options

-- case: language
-- change
create language l handler plpgsql_call_handler;
-- expect: added language l

-- case: access method
-- change
create access method heap2 type table handler heap_tableam_handler;
-- expect: added access method heap2

-- case: transform
-- change
create transform for int language sql (from sql with function prsd_lextype(internal));
-- expect: added transform integer.sql

-- case: text search parser
-- change
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
-- expect: added text search parser s.p

-- case: text search template
create text search template p (lexize = dsimple_lexize);
-- change
drop text search template p;
create text search template p (init = dsimple_init, lexize = dsimple_lexize);
-- expect: changed text search template s.p: init


-- case: function
-- change
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- expect: added function s.f.integer

-- case: function overload
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
create function f(a text) returns int language sql as 'select 1';
-- expect: added function s.f.text

-- case: function body
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
create or replace function f(a int) returns int language plpgsql as 'begin return a + 1; end';
-- expect: changed function s.f.integer: body

-- case: function language
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
set local check_function_bodies = off;
create or replace function f(a int) returns int language sql as 'begin return a; end';
-- expect: changed function s.f.integer: language

-- case: function sql body
create function f(a int) returns int language sql return a;
-- change
create or replace function f(a int) returns int language sql return a + 1;
-- expect: changed function s.f.integer: body

-- case: function argument default
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
create or replace function f(a int default 1) returns int language plpgsql as 'begin return a; end';
-- expect: changed function s.f.integer: arguments

-- case: function argument name
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
drop function f;
create function f(b int) returns int language plpgsql as 'begin return a; end';
-- expect: changed function s.f.integer: arguments

-- case: function result
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
drop function f;
create function f(a int) returns bigint language plpgsql as 'begin return a; end';
-- expect: changed function s.f.integer: result

-- case: function volatility
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f immutable;
-- expect: changed function s.f.integer: volatility

-- case: function strict
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f strict;
-- expect: changed function s.f.integer: strict

-- case: function security definer
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f security definer;
-- expect: changed function s.f.integer: security_definer

-- case: function settings
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f set search_path = '';
-- expect: changed function s.f.integer: settings

-- case: function parallel
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f parallel safe;
-- expect: changed function s.f.integer: parallel

-- case: function leakproof
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f leakproof;
-- expect: changed function s.f.integer: leakproof

-- case: function cost
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f cost 7;
-- expect: changed function s.f.integer: cost

-- case: function rows
create function f() returns setof int language sql as 'select 1';
-- change
alter function f rows 7;
-- expect: changed function s.f.: rows

-- case: function owner
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f owner to boss;
-- expect: changed function s.f.integer: owner

-- case: function grant
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
revoke execute on function f from public;
-- expect: changed function s.f.integer: grants.PUBLIC

-- case: function comment
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
comment on function f is 'x';
-- expect: changed function s.f.integer: comment

-- case: procedure
-- change
create procedure p(a int) language sql as 'select 1';
-- expect: added procedure s.p.integer

-- case: procedure comment
create procedure p() language sql as 'select 1';
-- change
comment on procedure p is 'x';
-- expect: changed procedure s.p.: comment

-- case: aggregate
create aggregate a(int) (sfunc = int4pl, stype = int);
-- change
create or replace aggregate a(int) (sfunc = int4pl, stype = int, initcond = '0');
-- expect: changed aggregate s.a.integer: initial

-- case: aggregate function
create aggregate a(int) (sfunc = int4pl, stype = int);
-- change
create or replace aggregate a(int) (sfunc = int4mul, stype = int);
-- expect: changed aggregate s.a.integer: transition

-- case: function support
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
alter function f support array_unnest_support;
-- expect: changed function s.f.integer: support

-- case: function window
create function f() returns bigint language internal as 'window_row_number';
-- change
drop function f;
create function f() returns bigint language internal window as 'window_row_number';
-- expect: changed function s.f.: window

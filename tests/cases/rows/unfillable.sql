-- Tables that take no row, and what must be named as the reason.

-- table: contradiction
create table contradiction (a integer not null, constraint nothing_left check (a > 5 and a < 5));
-- resists: nothing_left

-- table: refusal
create table refusal (a integer);
create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$;
create trigger refuse before insert on refusal for each row execute function refuse();
-- resists: not today

-- table: contradiction_key
create table contradiction_key (id integer primary key constraint odd check (id <> id));
-- resists: odd

-- table: orphan
create table orphan (id integer primary key, parent integer not null references contradiction_key);
-- resists: orphan_parent_fkey

-- table: unpartitioned
create table unpartitioned (a integer) partition by list (a);
-- resists: without partitions

-- table: one_of_many
create table one_of_many (
  a integer not null check (a > 0), b text not null check (length(b) > 3), c integer not null,
  constraint never_true check (c = 1 and c = 2), d integer primary key
);
-- resists: never_true: no values

-- table: opaque
create function never(t text) returns boolean language sql immutable return length(t) < 0;
create table opaque (a text not null constraint opaque_rule check (never(a)));
-- resists: opaque_rule

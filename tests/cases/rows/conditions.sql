-- CHECK constraints.

-- table: bounds
create table bounds (
  a integer not null check (a >= 10 and a < 20), b numeric(6, 2) not null check (b > 0.5 and b <= 0.75),
  c date not null check (c between '2020-01-01' and '2020-01-31'), d time check (d > '09:00' and d <= '17:30'),
  e timestamptz check (e < '2021-01-01'), f smallint check (f > 32000), g real not null check (g > -1 and g < 0)
);
-- expect: min(a) = 10 and max(a) = 19 and min(b) = 0.51 and max(b) = 0.75

-- table: lists
create table lists (
  a text not null check (a in ('x', 'y', 'z')), b integer not null check (b = any (array[1, 3, 5])),
  c varchar(9) check (c not in ('no', 'never')), d text not null check (d = 'only'), e char(2) check (e in ('DE', 'FR'))
);
-- expect: count(distinct a) = 3 and count(distinct b) = 3 and count(e) > 0

-- table: lengths
create table lengths (
  a text not null check (length(a) between 3 and 5), b text not null check (char_length(b) = 7),
  c text not null check (octet_length(c) <= 2 and c <> ''), d bytea not null check (length(d) = 32),
  e varchar(4) not null check (length(btrim(e)) > 3), f text[] not null check (cardinality(f) = 2),
  g integer[] not null check (array_length(g, 1) >= 4), h text not null check (length(h) > 300)
);

-- table: patterns
create table patterns (
  a text not null check (a ~ '^[A-Z]{3}-\d{4}$'), b text not null check (b like 'https://%'),
  c text not null check (c ilike '%Report%' and length(c) < 20), d text not null check (d !~ '\s'),
  e text not null check (e ~* '^[^@]+@[^@]+\.[a-z]{2,}$'), f text check (f similar to '(a|b)+'),
  g text not null check (g = lower(g) and g ~ '^[[:alpha:]_]+$' and length(g) <= 8),
  h text not null check (starts_with(h, 'sk_') and h not like '%-%'), i text not null unique check (i ~ '^#[0-9a-f]{6}$')
);

-- table: between_columns
create table between_columns (
  starts date not null, ends date not null check (ends >= starts), low integer not null, high integer not null,
  middle integer not null, total numeric not null, price numeric not null, quantity integer not null,
  check (low < middle and middle < high), check (total = price * quantity), check (quantity > 0),
  a integer, b integer, check (a <> b)
);

-- table: logic
create table logic (
  status text not null check (status in ('idle', 'running', 'done', 'error')), message text, started timestamptz,
  finished timestamptz, attempts integer not null default 0,
  check ((status = 'error') = (message is not null)),
  check (case when status = 'idle' then started is null else started is not null end),
  check (status <> 'done' or finished is not null), check (finished is null or finished >= started),
  check (not (status = 'running' and attempts = 0))
);
-- expect: count(distinct status) = 4 and bool_or(message is null) and bool_or(message is not null)

-- table: arcs
create table arcs (
  user_id integer, team_id integer, bot_id integer, kind text not null check (kind in ('user', 'team', 'bot')),
  check (num_nonnulls(user_id, team_id, bot_id) = 1),
  check ((kind = 'user') = (user_id is not null) and (kind = 'team') = (team_id is not null))
);
-- expect: count(distinct kind) = 3

-- table: json_shapes
create table json_shapes (
  a jsonb not null check (jsonb_typeof(a) = 'object'), b jsonb not null check (jsonb_typeof(b) = 'array'),
  c jsonb not null check (c ? 'kind' and c ? 'size'), d jsonb not null check (d ->> 'status' in ('open', 'shut')),
  e jsonb not null check (jsonb_typeof(e) = 'array' and jsonb_array_length(e) between 1 and 3),
  f jsonb check ((f ->> 'age')::integer > 17), g json not null check (json_typeof(g) = 'object')
);

-- table: lists_in_arrays
create table lists_in_arrays (
  a text[] not null check (a <@ array['r', 'w', 'x']), b text[] not null check (b @> array['must']),
  c integer[] not null check (0 < all (c)), d text[] not null check ('x' = any (d)),
  e text[] not null check (array_position(e, null) is null)
);

-- table: truths
create table truths (
  a boolean not null, b boolean not null, c boolean, check (a or b), check (not (a and b)), check (c is not false),
  check ((a is true) = (c is null))
);

-- table: functions
create function is_even(n integer) returns boolean language sql immutable return n % 2 = 0;
create table functions (
  a integer not null check (is_even(a)), b integer not null check (b % 3 = 1), c date not null
    check (extract(isodow from c) < 6), d date not null check (d = date_trunc('month', d)),
  e text not null check (upper(e) = e), f numeric not null check (round(f, 1) = f), g text not null check (e || g <> 'x')
);

-- table: distinct_from
create table distinct_from (
  a integer, b integer, check (a is distinct from b), check (coalesce(a, 0) >= 0), check (greatest(a, b) < 50),
  check (nullif(b, 7) is not null)
);

-- table: not_validated
create table not_validated (a integer);
insert into not_validated values (-1);
alter table not_validated add constraint a_positive check (a > 0) not valid;
-- expect: count(*) > 10 and count(*) filter (where a < 0) = 1

-- table: generated
create table generated (
  price numeric(8, 2) not null, quantity integer not null,
  total numeric generated always as (price * quantity) stored check (total between 100 and 200),
  label text generated always as ('n' || quantity) stored unique
);

-- table: nullable_not_null
create table nullable_not_null (a text, b text, constraint a_set check (a is not null) not valid);
-- expect: bool_and(a is not null) and bool_or(b is null)

-- table: arithmetic
create table arithmetic (
  starts timestamptz not null, ends timestamptz not null, day date not null, until date not null,
  check (ends - starts <= interval '30 minutes' and ends > starts), check (until = day + 7),
  net numeric(8, 2) not null check (net > 0), tax numeric(8, 2) not null, gross numeric(8, 2) not null,
  check (gross = net + tax), check (tax between 1 and 2), part integer not null, whole integer not null,
  check (whole - part between 3 and 5), check (part >= 0), expires timestamp, made timestamp not null,
  check (expires = made + interval '1 day 02:00:00')
);

-- table: clocks
create table clocks (
  expires timestamptz not null check (expires > now()), born date not null check (born <= current_date),
  seen timestamptz check (seen between now() - interval '1 day' and now() + interval '1 day')
);
-- expect: count(seen) > 0

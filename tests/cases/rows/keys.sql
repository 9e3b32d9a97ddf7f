-- Keys, references, partitions, triggers.

-- table: keys
create table keys (
  a integer primary key, b text not null unique, c uuid unique, d date not null, e smallint not null, unique (d, e),
  f text, g boolean not null, h char(2) unique, i timestamptz not null unique
);

-- table: small_key
create table small_key (a boolean not null, b text not null check (b in ('x', 'y', 'z')), primary key (a, b));
-- expect: count(*) = 6

-- table: partial_keys
create table partial_keys (id integer primary key, owner integer not null, active boolean not null, email text not null);
create unique index one_active on partial_keys (owner) where active;
create unique index by_email on partial_keys (lower(email));
-- expect: bool_or(active) and bool_or(not active)

-- table: nulls_alike (needs 1 / (current_setting('server_version_num')::integer / 150000))
create table nulls_alike (a integer, b integer, unique nulls not distinct (a));
-- expect: count(*) filter (where a is null) <= 1

-- table: bookings
create extension if not exists btree_gist;
create table bookings (room integer not null, during tstzrange not null, exclude using gist (room with =, during with &&));

-- table: exclusion_with_columns
create table exclusion_with_columns (
  starts timestamptz not null, ends timestamptz not null, check (ends > starts),
  exclude using gist (tstzrange(starts, ends) with &&)
);

-- table: people
create extension if not exists citext;
create table people (id bigint generated always as identity primary key, email citext not null unique, name text);

-- table: tasks
create table tasks (
  id uuid primary key default gen_random_uuid(), owner bigint not null references people on delete cascade,
  reviewer bigint references people, parent uuid references tasks, check (owner <> reviewer)
);
-- expect: bool_or(parent is null) and bool_or(parent is not null) and bool_or(reviewer is not null)

-- table: profiles
create table profiles (id bigint primary key references people, bio text not null);

-- table: members
create table members (
  person bigint not null references people, team integer not null, role text not null, primary key (team, person)
);

-- table: badges
create table badges (team integer, person bigint, foreign key (team, person) references members (team, person));

-- table: strict_badges
create table strict_badges (team integer, person bigint, foreign key (team, person) references members match full);
-- expect: bool_or(team is null) and bool_or(team is not null)

-- table: tenant_items
create table tenants (id integer primary key);
create table projects (tenant integer not null references tenants, id integer not null, primary key (tenant, id));
create table tenant_items (
  id integer primary key, tenant integer not null references tenants, project integer not null,
  foreign key (tenant, project) references projects
);

-- table: own_parent
create table own_parent (id integer primary key, parent integer not null references own_parent);

-- table: hens
create table hens (id integer primary key, egg integer not null);
create table eggs (id integer primary key, hen integer not null references hens);
alter table hens add foreign key (egg) references eggs;

-- table: accounts
create table accounts (id integer primary key, main_contact integer);
create table contacts (id integer primary key, account integer not null references accounts);
alter table accounts add foreign key (main_contact) references contacts;
-- expect: bool_or(main_contact is not null)

-- table: deferred
create table deferred (
  id integer primary key, next integer not null references deferred deferrable initially deferred, place integer not null,
  unique (place) deferrable initially deferred
);

-- table: measures
create table measures (id bigint generated always as identity, at date not null, value real, primary key (id, at))
  partition by range (at);
create table measures_old partition of measures for values from (minvalue) to ('2020-01-01');
create table measures_new partition of measures for values from ('2020-01-01') to ('2030-01-01');
create table measures_rest partition of measures default;
-- expect: count(distinct tableoid) = 3

-- table: regions
create table regions (region text not null, kind integer not null) partition by list (region);
create table regions_eu partition of regions for values in ('de', 'fr') partition by hash (kind);
create table regions_eu_0 partition of regions_eu for values with (modulus 2, remainder 0);
create table regions_eu_1 partition of regions_eu for values with (modulus 2, remainder 1);
create table regions_none partition of regions for values in (null, 'xx');
alter table regions alter region drop not null;
-- expect: count(distinct tableoid) = 3

-- table: hashed
create table hashed (owner bigint not null references people, n integer) partition by hash (owner);
create table hashed_0 partition of hashed for values with (modulus 4, remainder 0);
create table hashed_1 partition of hashed for values with (modulus 4, remainder 1);
create table hashed_2 partition of hashed for values with (modulus 4, remainder 2);
create table hashed_3 partition of hashed for values with (modulus 4, remainder 3);
-- expect: count(distinct tableoid) = 4

-- table: inherited
create table ancestor (id integer primary key, kind text not null check (kind <> 'x'));
create table inherited (extra date not null) inherits (ancestor);

-- table: stamped
create table stamped (id integer primary key, num text not null, ordinal integer not null);
create function stamp() returns trigger language plpgsql as $$
begin
  new.ordinal := substring(new.num from '^(\d+)\.\d+\.\d+$')::integer;
  return new;
end
$$;
create trigger stamp before insert on stamped for each row execute function stamp();

-- table: watched
create table watched (id integer primary key, level integer not null, note text);
create table watched_log (watched integer not null references watched, at timestamptz not null default now());
create function watch() returns trigger language plpgsql as $$
begin
  if new.level > 500 then
    raise exception 'too high';
  end if;
  insert into watched_log values (new.id);
  return null;
end
$$;
create trigger watch after insert on watched for each row execute function watch();
-- expect: count(*) > 5

-- table: guarded_by_security
create table guarded_by_security (id integer primary key, owner text);
alter table guarded_by_security enable row level security;

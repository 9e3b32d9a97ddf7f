-- schemactl:superuser=supabase_admin
-- schemactl:migration_role=postgres
--
-- What a migration finds on the Supabase platform: roles, schemas auth, storage and extensions, the realtime publication.
-- Migrations run as `postgres`, which is no superuser there. Runs in psql, as a superuser, in a new database; what exists
-- already, roles above all, is left as it is.
-- Left out: the tables of auth and storage that only the platform's own services touch.

do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (
      values
        ('supabase_admin', 'login superuser createdb createrole replication bypassrls', array[]::text[], ''),
        ('postgres', 'login nosuperuser createdb createrole replication bypassrls',
          array['search_path = "$user", public, extensions'], 'pg_monitor, pg_signal_backend, pg_read_all_data'),
        ('anon', 'nologin', array['statement_timeout = ''3s'''], ''),
        ('authenticated', 'nologin', array['statement_timeout = ''8s'''], ''),
        ('service_role', 'nologin bypassrls', '{}', ''),
        ('authenticator', 'login noinherit', array['statement_timeout = ''8s''', 'lock_timeout = ''8s'''], ''),
        ('supabase_auth_admin', 'login noinherit createrole',
          array['search_path = auth', 'idle_in_transaction_session_timeout = 60000'], ''),
        ('supabase_storage_admin', 'login noinherit createrole', array['search_path = storage'], ''),
        ('supabase_replication_admin', 'login replication', '{}', ''),
        ('supabase_read_only_user', 'login bypassrls', '{}', 'pg_read_all_data'),
        ('dashboard_user', 'nologin createdb createrole replication', '{}', ''),
        ('pgbouncer', 'login', '{}', '')
    ) as roles (name, attributes, settings, memberships)
  loop
    continue when exists (select from pg_roles where rolname = wanted.name);
    execute format('create role %I %s', wanted.name, wanted.attributes);
    for i in 1 .. coalesce(array_length(wanted.settings, 1), 0) loop
      execute format('alter role %I set %s', wanted.name, wanted.settings[i]);
    end loop;
    if wanted.memberships <> '' then
      execute format('grant %s to %I', wanted.memberships, wanted.name);
    end if;
  end loop;
end
$$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;
grant authenticator, supabase_auth_admin, supabase_storage_admin to postgres;
grant anon, authenticated, service_role to supabase_storage_admin;

grant usage on schema public to postgres, anon, authenticated, service_role;

-- extensions ---------------------------------------------------------------------------------------------------------

create schema if not exists extensions authorization postgres;
grant usage on schema extensions to postgres, anon, authenticated, service_role;
grant all on schema extensions to dashboard_user;

do $$
declare
  extension text;
begin
  foreach extension in array array['pg_stat_statements', 'pgcrypto', 'uuid-ossp'] loop
    if exists (select from pg_available_extensions where name = extension) then
      execute format('create extension if not exists %I with schema extensions', extension);
    else
      raise warning 'extension % is not available on this server: schema extensions lacks its functions', extension;
    end if;
  end loop;
end
$$;

-- The platform lets `postgres` create extensions that want a superuser: it is one for the length of that command. The lock
-- makes others that create one in another database at the same time wait.
create function extensions.lend_superuser() returns event_trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if session_user = 'postgres' then
    lock table pg_authid in share row exclusive mode;
    -- Where it is one anyway, on a server that was there before, it stays one.
    if exists (select from pg_authid where rolname = 'postgres' and not rolsuper) then
      alter role postgres superuser;
      perform set_config('schemactl.superuser_is_lent', 'yes', true);
    end if;
  end if;
end
$$;

create function extensions.take_superuser_back() returns event_trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if current_setting('schemactl.superuser_is_lent', true) = 'yes' then
    alter role postgres nosuperuser;
    perform set_config('schemactl.superuser_is_lent', '', true);
  end if;
end
$$;

create event trigger lend_superuser on ddl_command_start
  when tag in ('CREATE EXTENSION') execute function extensions.lend_superuser();
create event trigger take_superuser_back on ddl_command_end
  when tag in ('CREATE EXTENSION') execute function extensions.take_superuser_back();

-- auth ---------------------------------------------------------------------------------------------------------------

create schema if not exists auth authorization supabase_admin;
grant usage on schema auth to anon, authenticated, service_role, postgres;
grant all on schema auth to supabase_auth_admin, dashboard_user;

create table auth.users (
  instance_id uuid,
  id uuid not null primary key,
  aud varchar(255),
  role varchar(255),
  email varchar(255),
  encrypted_password varchar(255),
  email_confirmed_at timestamptz,
  invited_at timestamptz,
  confirmation_token varchar(255),
  confirmation_sent_at timestamptz,
  recovery_token varchar(255),
  recovery_sent_at timestamptz,
  email_change_token_new varchar(255),
  email_change varchar(255),
  email_change_sent_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  is_super_admin boolean,
  created_at timestamptz,
  updated_at timestamptz,
  phone text default null unique,
  phone_confirmed_at timestamptz,
  phone_change text default '',
  phone_change_token varchar(255) default '',
  phone_change_sent_at timestamptz,
  confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
  email_change_token_current varchar(255) default '',
  email_change_confirm_status smallint default 0 check (email_change_confirm_status between 0 and 2),
  banned_until timestamptz,
  reauthentication_token varchar(255) default '',
  reauthentication_sent_at timestamptz,
  is_sso_user boolean not null default false,
  deleted_at timestamptz,
  is_anonymous boolean not null default false
);
create unique index users_email_partial_key on auth.users (email) where is_sso_user = false;
create index users_instance_id_idx on auth.users (instance_id);

create table auth.identities (
  provider_id text not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  identity_data jsonb not null,
  provider text not null,
  last_sign_in_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz,
  email text generated always as (lower(identity_data ->> 'email')) stored,
  id uuid not null default gen_random_uuid() primary key,
  unique (provider_id, provider)
);
create index identities_user_id_idx on auth.identities (user_id);

create function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;

create function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;

create function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )
$$;

create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

comment on function auth.uid() is 'Deprecated. Use auth.jwt() -> ''sub'' instead.';
comment on function auth.role() is 'Deprecated. Use auth.jwt() -> ''role'' instead.';
comment on function auth.email() is 'Deprecated. Use auth.jwt() -> ''email'' instead.';

alter table auth.users enable row level security;
alter table auth.identities enable row level security;
alter table auth.users owner to supabase_auth_admin;
alter table auth.identities owner to supabase_auth_admin;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.email() owner to supabase_auth_admin;
alter function auth.jwt() owner to supabase_auth_admin;
grant all on all tables in schema auth to postgres, dashboard_user;
grant execute on all functions in schema auth to postgres, dashboard_user;

-- storage ------------------------------------------------------------------------------------------------------------

create schema if not exists storage authorization supabase_admin;
grant usage on schema storage to postgres, anon, authenticated, service_role;
grant all on schema storage to supabase_storage_admin, dashboard_user;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS');

create table storage.buckets (
  id text not null primary key,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype not null default 'STANDARD'
);
create unique index bname on storage.buckets (name);
comment on column storage.buckets.owner is 'Field is deprecated, use owner_id instead';

create table storage.objects (
  id uuid not null default gen_random_uuid() primary key,
  bucket_id text references storage.buckets (id),
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  owner_id text,
  user_metadata jsonb
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);
comment on column storage.objects.owner is 'Field is deprecated, use owner_id instead';

create function storage.foldername(name text) returns text[] language sql immutable as $$
  select (string_to_array(name, '/'))[1 : cardinality(string_to_array(name, '/')) - 1]
$$;

create function storage.filename(name text) returns text language sql immutable as $$
  select (string_to_array(name, '/'))[cardinality(string_to_array(name, '/'))]
$$;

create function storage.extension(name text) returns text language sql immutable as $$
  select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
alter type storage.buckettype owner to supabase_storage_admin;
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
alter function storage.foldername(text) owner to supabase_storage_admin;
alter function storage.filename(text) owner to supabase_storage_admin;
alter function storage.extension(text) owner to supabase_storage_admin;
grant all on all tables in schema storage to postgres, anon, authenticated, service_role;

-- realtime -----------------------------------------------------------------------------------------------------------

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

-- Keeps what happens to a job's status and lease, whoever writes it.
create schema if not exists schemactl_exercise;

create table if not exists schemactl_exercise.transitions (
  number    bigint generated always as identity primary key,
  job       text        not null,
  old       text        not null,
  new       text        not null,
  old_token text,
  new_token text,
  old_lease timestamptz,
  new_lease timestamptz,
  at        timestamptz not null default clock_timestamp()
);

create or replace function schemactl_exercise.keep() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_old constant jsonb := to_jsonb(old);
  v_new constant jsonb := to_jsonb(new);
begin
  insert into schemactl_exercise.transitions (job, old, new, old_token, new_token, old_lease, new_lease)
  values (v_new ->> tg_argv[0], v_old ->> tg_argv[1], v_new ->> tg_argv[1], v_old ->> tg_argv[2], v_new ->> tg_argv[2],
          (v_old ->> tg_argv[3])::timestamptz, (v_new ->> tg_argv[3])::timestamptz);
  return null;
end
$$;

create or replace trigger schemactl_exercise after update on :"schema".:"table"
  for each row execute function schemactl_exercise.keep(:'key', :'status', :'token', :'lease');

-- The job table that schemactl and the plain loops work on.
create table public.jobs (
  id               bigint      generated always as identity primary key,
  status           text        not null default 'pending',
  error_message    text,
  retry_count      integer     not null default 0,
  lease_token      uuid,
  lease_expires_at timestamptz,
  created_at       timestamptz not null default now(),
  constraint jobs_status_check check (status in ('pending', 'processing', 'completed', 'failed'))
) with (fillfactor = 70);

create index jobs_waiting on public.jobs (created_at, id) where status = 'pending';
create index jobs_leases on public.jobs (lease_expires_at) where status = 'processing';

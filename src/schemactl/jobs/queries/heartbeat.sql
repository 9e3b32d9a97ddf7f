-- Extends the leases of claims that are still live, from now. Those that are missing from the answer are lost.
with beating as materialized (
  select b.id, b.token
    from unnest(:'ids':::"key_schema".:"key_type"[], :'tokens'::uuid[]) as b (id, token)
)
update :"schema".:"table" as job
   set :"lease_expires_at" = clock_timestamp() + :'lease'::interval
  from beating
 where job.:"key" = any (:'ids':::"key_schema".:"key_type"[])
   and job.:"key" = beating.id
   and job.:"lease_token" = beating.token
   and job.:"lease_expires_at" is not null
   and job.:"status" = :'running'
returning beating.id, beating.token;

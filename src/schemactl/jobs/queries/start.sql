-- Makes a row that is idle, or whose job has ended, wait for a worker. One that is under way starts nothing.
with held as materialized (
  select job.:"key" as id, job.:"status"::text as status
    from :"schema".:"table" as job
   where job.:"key" = :'id'
     for no key update
), begun as (
  update :"schema".:"table" as job
     set
         :"attempts" = 0,
         :"error_code" = null,
         :"error_message" = null,
         :"due" = clock_timestamp(),
         :"completed" = null,
         :"progress" = 0,
         :"step" = null,
         :"lease_token" = null,
         :"lease_expires_at" = null,
         :"status" = :'waiting'
    from held
   where job.:"key" = held.id
     and held.status not in (:'waiting', :'running')
  returning job.:"key" as id
)
select held.id, coalesce((select :'waiting' from begun), held.status) as status, exists (select from begun) as created
  from held;

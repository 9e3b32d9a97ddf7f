-- Cancels a job that has not ended; its worker finds the claim lost. One that has ended stays as it is.
with held as materialized (
  select job.:"key" as id, job.:"status"::text as status
    from :"schema".:"table" as job
   where job.:"key" = :'id'
     for no key update
), ended as (
  update :"schema".:"table" as job
     set
         :"lease_token" = null,
         :"lease_expires_at" = null,
         :"completed" = clock_timestamp(),
         :"status" = :'cancelled'
    from held
   where job.:"key" = held.id
     and held.status in (:'waiting', :'running')
  returning job.:"key" as id
)
select held.id, case when ended.id is null then held.status else :'cancelled' end as status
  from held
  left join ended on ended.id = held.id;

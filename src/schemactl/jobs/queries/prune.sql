-- Deletes jobs that ended longer ago than :'kept'; one that has not ended is never touched.
with old as materialized (
  select job.:"key" as id
    from :"schema".:"table" as job
   where job.:"status" in (:'done', :'partial', :'failed', :'cancelled')
     and job.:"completed" < clock_timestamp() - :'kept'::interval
   order by job.:"completed"
   limit :'limit'
     for update skip locked
)
delete from :"schema".:"table" as job using old where job.:"key" = old.id returning job.:"key" as id;

-- Deletes up to :'limit' jobs that ended longer ago than :'kept'; one that has not ended is never touched. In no order:
-- whoever prunes goes on until nothing is left, and each batch then stops reading as soon as it is full.
with old as materialized (
  select job.:"key" as id
    from :"schema".:"table" as job
   where job.:"status" in (:'done', :'partial', :'failed', :'cancelled')
     and job.:"completed" < (select clock_timestamp() - :'kept'::interval)
   limit :'limit'
     for update skip locked
)
delete from :"schema".:"table" as job
 where job.:"key" = any (array(select old.id from old))
returning job.:"key" as id;

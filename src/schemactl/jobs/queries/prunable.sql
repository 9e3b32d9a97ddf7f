-- Jobs that prune.sql would delete, by label.
select job.:"status"::text as label,
       count(*) as jobs,
       min(job.:"completed") as oldest
  from :"schema".:"table" as job
 where job.:"status" in (:'done', :'partial', :'failed', :'cancelled')
   and job.:"completed" < (select clock_timestamp() - :'kept'::interval)
 group by 1
 order by 1;

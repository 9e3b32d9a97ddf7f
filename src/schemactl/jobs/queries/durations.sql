-- How long the latest :'limit' finished attempts took, in seconds.
select extract(epoch from job.:"completed" - job.:"started")::float as seconds
  from :"schema".:"table" as job
 where job.:"status" in (:'done', :'partial')
   and job.:"completed" > job.:"started"
 order by job.:"completed" desc
 limit :'limit';

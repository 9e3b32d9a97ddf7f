-- What jobs failed of in the last day, the most frequent first.
select
       job.:"error_code" as code,
       --! split_part(job.:"error_message", ':', 1) as code,  /* :"no_error_code" */
       count(*) as jobs
  from :"schema".:"table" as job
 where job.:"status" = :'failed'
   and job.:"completed" > (select clock_timestamp() - interval '1 day')
 group by 1
 order by 2 desc, 1;

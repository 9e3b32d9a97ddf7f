-- Lets a job have waited for :'waited'.
set session_replication_role = replica;
update :"schema".:"table" as job
   set
       :"due" = clock_timestamp() - :'waited'::interval,
       :"created" = clock_timestamp() - :'waited'::interval,
       :"status" = :'waiting'
 where job.:"key" = :'id' and job.:"status" = :'waiting';
reset session_replication_role;

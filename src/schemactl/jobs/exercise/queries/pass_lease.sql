-- Lets a lease run out. As a replica, so that no trigger takes it for a write of somebody.
set session_replication_role = replica;
update :"schema".:"table" as job
   set :"lease_expires_at" = clock_timestamp() - interval '1 second'
 where job.:"key" = :'id' and job.:"status" = :'running' and job.:"lease_expires_at" is not null;
reset session_replication_role;

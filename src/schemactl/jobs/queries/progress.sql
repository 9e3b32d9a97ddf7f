-- Writes how far a live claim has come. No row: the claim is lost.
update :"schema".:"table" as job
   set
       :"progress" = :'progress',
       :"step" = :'step',
       :"status" = :'running'
 where job.:"key" = :'id'
   and job.:"status" = :'running'
   and job.:"lease_token" = :'token'
   and job.:"lease_expires_at" is not null
returning job.:"key" as id;

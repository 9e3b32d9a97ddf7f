-- One job.
select job.*
  from :"schema".:"table" as job
 where job.:"key" = :'id';

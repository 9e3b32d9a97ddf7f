-- One job, and the database's clock.
select job.*, clock_timestamp() as schemactl_now
  from :"schema".:"table" as job
 where job.:"key" = :'id';

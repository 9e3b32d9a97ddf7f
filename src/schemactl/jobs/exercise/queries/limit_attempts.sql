-- Gives a job another limit.
update :"schema".:"table" as job set :"max_attempts" = :'allowed' where job.:"key" = :'id';

-- A row as JSON, and its key as it is.
select job.:"key" as id, to_jsonb(job) as row from :"schema".:"table" as job where job.:"key" = :'id';

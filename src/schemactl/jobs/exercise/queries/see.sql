-- What a reader sees of a job.
select :"status"::text as status from :"schema".:"table" where :"key" = :'id';

-- How many dead letters name a job.
select count(*) as letters
  from :"letter_schema".:"letter_table"
 where true
   and :"letter_job" = :'id'
   --! and :"letter_payload" ->> :'key' = :'text'  /* :"letter_without_job" */
;

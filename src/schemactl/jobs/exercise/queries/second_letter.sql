-- Another letter about the same job, as a second worker might write it.
insert into :"letter_schema".:"letter_table" (
       :"letter_job",
       :"letter_payload",
       :"letter_attempts",
       :"letter_kind",
       :"letter_message")
select
       job.:"key",  /* :"letter_job" */
       to_jsonb(job),  /* :"letter_payload" */
       1,  /* :"letter_attempts" */
       'second',  /* :"letter_kind" */
       'written by a second worker'
  from :"schema".:"table" as job
 where job.:"key" = :'id';

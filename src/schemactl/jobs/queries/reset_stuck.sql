-- Counts the attempt of jobs whose lease has expired as failed, by the rule of fail.sql. What makes a job stuck is
-- looked at again under its lock: one that ended meanwhile stays as it is.
with stuck as materialized (
  select job.:"key" as id,
         false
         --! or job.:"attempts" + 1 >= :'allowed'  /* :"no_max_attempts" */
         or job.:"attempts" + 1 >= job.:"max_attempts"
         --! or true  /* :"no_attempts" */
         as final
    from :"schema".:"table" as job
   where job.:"status" = :'running'
     and job.:"lease_expires_at" <= (select clock_timestamp())
   order by job.:"lease_expires_at"
   limit :'limit'
     for no key update skip locked
), ended as (
  update :"schema".:"table" as job
     set
         :"attempts" = job.:"attempts" + 1,
         :"error_code" = case when stuck.final then :'code' end,
         :"error_message" = case when stuck.final then :'message' end,
         :"due" = clock_timestamp(),
         :"completed" = case when stuck.final then clock_timestamp() end,
         :"lease_token" = null,
         :"lease_expires_at" = null,
         :"status" = (case when stuck.final then :'failed' else :'waiting' end)::text:::"type_schema".:"type"
    from stuck
   where job.:"key" = stuck.id
  returning job.:"key" as id,
            job.:"attempts" as attempts,
            --! 1 as attempts,  /* :"no_attempts" */
            :'message'::text as message,
            stuck.final,
            job
-- if letters
), letter as (
  insert into :"letter_schema".:"letter_table" as l (
         :"letter_job",
         :"letter_payload",
         :"letter_attempts",
         :"letter_kind",
         :"letter_message")
  select
         ended.id,  /* :"letter_job" */
         to_jsonb(ended.job) - :'token_column',  /* :"letter_payload" */
         ended.attempts,  /* :"letter_attempts" */
         :'kind',  /* :"letter_kind" */
         ended.message
    from ended
   where ended.final
  on conflict (:"letter_job") do update
     set :"letter_message" = excluded.:"letter_message"  /* :"letter_job" */
-- end
)
select ended.id, case when ended.final then :'failed' else :'waiting' end as status from ended;

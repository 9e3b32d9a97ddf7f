-- Fails jobs that have been due for :'waited' and that nobody claimed.
with unclaimed as materialized (
  select job.:"key" as id
    from :"schema".:"table" as job
   where job.:"status" = :'waiting'
     and job.:"lease_expires_at" is null
     and job.:"due" <= (select clock_timestamp() - :'waited'::interval)
     --! and job.:"created" <= (select clock_timestamp() - :'waited'::interval)  /* :"no_due" */
   order by
         job.:"due",
         job.:"created",
         job.:"key"
   limit :'limit'
     for no key update skip locked
), ended as (
  update :"schema".:"table" as job
     set
         :"error_code" = :'code',
         :"error_message" = :'message',
         :"completed" = clock_timestamp(),
         :"lease_token" = null,
         :"status" = :'failed'
    from unclaimed
   where job.:"key" = unclaimed.id
  returning job.:"key" as id,
            job.:"attempts" as attempts,
            --! 0 as attempts,  /* :"no_attempts" */
            :'message'::text as message,
            true as final,
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
select ended.id from ended;

-- Counts a failed attempt of a live claim: failed at the limit, otherwise waiting again after the backoff; the dead
-- letter is written in the same statement. One that the same token ended so before is told as `repeated`.
with held as materialized (
  select job.:"key" as id,
         not :'retryable'
         --! or job.:"attempts" + 1 >= :'allowed'  /* :"no_max_attempts" */
         or job.:"attempts" + 1 >= job.:"max_attempts"
         --! or true  /* :"no_attempts" */
         as final
    from :"schema".:"table" as job
   where job.:"key" = :'id'
     and job.:"status" = :'running'
     and job.:"lease_token" = :'token'
     and job.:"lease_expires_at" is not null
     for no key update
), ended as (
  update :"schema".:"table" as job
     set
         :"attempts" = job.:"attempts" + 1,
         :"error_code" = case when held.final then :'code' end,
         :"error_message" = case when held.final then :'message' end,
         :"due" = clock_timestamp() + :'backoff'::interval,
         :"completed" = case when held.final then clock_timestamp() end,
         :"lease_expires_at" = null,
         :"status" = (case when held.final then :'failed' else :'waiting' end)::text:::"type_schema".:"type"
    from held
   where job.:"key" = held.id
  returning job.:"key" as id,
            job.:"attempts" as attempts,
            --! 1 as attempts,  /* :"no_attempts" */
            :'message'::text as message,
            held.final,
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
select ended.id, 'recorded' as answer, case when ended.final then :'failed' else :'waiting' end as status from ended
union all
select job.:"key", 'repeated', job.:"status"::text
  from :"schema".:"table" as job
 where job.:"key" = :'id'
   and job.:"lease_token" = :'token'
   and job.:"lease_expires_at" is null
   and job.:"status" in (:'waiting', :'failed');

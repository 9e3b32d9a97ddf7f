-- Claims up to :'limit' jobs that are due, each for one worker.
--
-- Exhausted jobs are left out before LIMIT, or they would take its places for ever; the CTE is an optimisation fence,
-- since a LIMIT inside a join may be run more than once; the array keeps the planner from reading the whole table to join
-- it. The lease is on the database's clock, which is looked at once: an index can be searched for a value, not for a call
-- that gives another one for each row. Jobs claimed together share a token, since drawing one costs a quarter of a claim.
with due as materialized (
  select job.:"key" as id
    from :"schema".:"table" as job
   where job.:"status" = :'waiting'
     and job.:"lease_expires_at" is null
     and job.:"due" <= (select clock_timestamp())
     --! and job.:"attempts" < greatest(1, :'allowed')  /* :"no_max_attempts" */
     and job.:"attempts" < greatest(1, job.:"max_attempts")
   order by
         job.:"due",
         job.:"created",
         job.:"key"
   limit :'limit'
     for no key update skip locked
)
update :"schema".:"table" as job
   set
       :"lease_token" = (select gen_random_uuid()),
       :"lease_expires_at" = clock_timestamp() + :'lease'::interval,
       :"started" = clock_timestamp(),
       :"completed" = null,
       :"progress" = 0,
       :"error_code" = null,
       :"error_message" = null,
       :"status" = :'running'
 where job.:"key" = any (array(select due.id from due))
returning job.*;

-- Ends live claims well, with their results. One that was ended so by the same token before, because the answer to its
-- COMMIT was lost, is told as `repeated`. Those that are missing from the answer are lost. The list of keys is there for
-- the planner, which knows how long it is.
with finished as materialized (
  select f.id, f.token, f.partial, f.result
    from rows from (
           unnest(:'ids'),
           unnest(:'tokens'::uuid[]),
           unnest(:'partials'::boolean[]),
           jsonb_array_elements(:'results'::jsonb)
         ) as f (id, token, partial, result)
), held as materialized (
  select job.:"key" as id,
         jsonb_populate_record(job, finished.result) as filled,  /* :"result" */
         finished.partial
    from finished
    join :"schema".:"table" as job on job.:"key" = finished.id
   where job.:"key" = any (:'ids')
     and job.:"status" = :'running'
     and job.:"lease_token" = finished.token
     and job.:"lease_expires_at" is not null
   order by job.:"key"
     for no key update of job
), ended as (
  update :"schema".:"table" as job
     set
         :"result" = (held.filled).:"result",
         :"lease_expires_at" = null,
         :"completed" = clock_timestamp(),
         :"progress" = 100,
         :"status" = (case when held.partial then :'partial' else :'done' end)::text:::"type_schema".:"type"
    from held
   where job.:"key" = held.id
  returning job.:"key" as id
)
select ended.id, 'recorded' as answer from ended
union all
select job.:"key", 'repeated'
  from finished
  join :"schema".:"table" as job on job.:"key" = finished.id
 where job.:"key" = any (:'ids')
   and job.:"lease_token" = finished.token
   and job.:"status" in (:'done', :'partial');

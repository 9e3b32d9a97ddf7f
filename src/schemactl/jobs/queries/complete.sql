-- Ends live claims well, with their results, and tells which it did not: `repeated` are those that were ended so by the
-- same token before, because the answer to its COMMIT was lost; the others are lost. The list of keys is there for the
-- planner, which knows how long it is.
with finished as materialized (
  select *
    from rows from (
           jsonb_array_elements(:'results'::jsonb),  /* :"result" */
           unnest(:'partials'::boolean[]),  /* :"has_partial" */
           unnest(:'ids':::"key_schema".:"key_type"[]),
           unnest(:'tokens'::uuid[])
         ) with ordinality as f (
           result,  /* :"result" */
           partial,  /* :"has_partial" */
           id,
           token,
           place
         )
), ended as (
  update :"schema".:"table" as job
     set
         :"result" = (jsonb_populate_record(job, finished.result)).:"result",
         :"lease_expires_at" = null,
         :"completed" = clock_timestamp(),
         :"progress" = 100,
         --! :"status" = :'done'  /* :"no_partial" */
         :"status" = case when finished.partial then :'partial':::"type_schema".:"type" else :'done' end  /* :"has_partial" */
    from finished
   where job.:"key" = any (:'ids':::"key_schema".:"key_type"[])
     and job.:"key" = finished.id
     and job.:"status" = :'running'
     and job.:"lease_token" = finished.token
     and job.:"lease_expires_at" is not null
  returning finished.place
)
select finished.place,
       (select true
          from :"schema".:"table" as job
         where job.:"key" = finished.id
           and job.:"lease_token" = finished.token
           and job.:"status" in (:'done', :'partial')
         limit 1) as repeated
  from finished
 where not exists (select from ended where ended.place = finished.place);

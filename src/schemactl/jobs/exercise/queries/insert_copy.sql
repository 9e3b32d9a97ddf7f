-- A copy of a row under a key and a status of its own, as any client with the runner's role may send it.
insert into :"schema".:"table"
select (jsonb_populate_record(job, jsonb_build_object(:'key', gen_random_uuid(), :'column', :'label'::text))).*
  from :"schema".:"table" as job
 where job.:"key" = :'id'
returning *;

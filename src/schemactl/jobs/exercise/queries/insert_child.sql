-- A result with a status of its own, as any client with the runner's role may send it.
insert into :"child_schema".:"child_table"
select (jsonb_populate_record(null:::"child_schema".:"child_table",
                              :'child'::jsonb || jsonb_build_object('id', gen_random_uuid(), 'created_at', now(),
                                                                    :'job_column', :'id',
                                                                    :'status_column', :'label'::text))).*
returning *;

-- Stores the results of a job, one row each, in the transaction that ends it.
insert into :"child_schema".:"child_table" (
       :"child_column",
       :"child_job")
select
       filled.:"child_column",
       :'id'
  from jsonb_populate_recordset(null:::"child_schema".:"child_table", :'children'::jsonb) as filled;

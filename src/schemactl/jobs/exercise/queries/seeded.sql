-- The row that was made for a job, with no regard for what it refers to.
set session_replication_role = replica;
insert into :"schema".:"table"
select (jsonb_populate_record(null:::"schema".:"table", :'row'::jsonb)).*;
reset session_replication_role;

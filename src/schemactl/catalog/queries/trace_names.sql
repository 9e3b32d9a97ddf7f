-- What objects are called: `schemactl.oids` is a JSON array of [catalog, oid].
select pair ->> 0 as catalog, (pair ->> 1)::oid as oid, (pg_catalog.pg_identify_object((pair ->> 0)::regclass, (pair ->> 1)::oid, 0)).identity
from jsonb_array_elements(current_setting('schemactl.oids')::jsonb) as pair;

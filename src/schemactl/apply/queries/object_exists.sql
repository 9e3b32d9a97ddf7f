SELECT CASE :'kind'
           WHEN 'relation' THEN pg_catalog.to_regclass(:'name') IS NOT NULL
           WHEN 'database' THEN EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = :'name')
           WHEN 'tablespace' THEN EXISTS (SELECT FROM pg_catalog.pg_tablespace WHERE spcname = :'name')
           WHEN 'subscription' THEN EXISTS (
               SELECT
               FROM pg_catalog.pg_subscription
               WHERE subname = :'name'
                 AND subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
           )
       END AS present;

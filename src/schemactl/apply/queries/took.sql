-- How long the transaction took: in a message of several, transaction_timestamp() is when the message came, and cleaned_at
-- when the last one ended.
SELECT extract(epoch FROM pg_catalog.clock_timestamp() - greatest(
    pg_catalog.transaction_timestamp(),
    pg_catalog.to_timestamp(nullif(pg_catalog.current_setting('schemactl.cleaned_at', true), '')::float8)
)) AS seconds;

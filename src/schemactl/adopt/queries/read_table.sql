-- By way of JSON, because versions of a tool differ in their columns.
SELECT pg_catalog.to_jsonb(ledger) FROM :"schema".:"name" AS ledger;

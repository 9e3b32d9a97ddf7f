-- What is there of the relations named, and how large: an index stands for its table, a partitioned table for its
-- partitions. Row counts are the planner's estimate (pg_class.reltuples), -1 where there is none yet.
SELECT wanted.name, target.relkind,
       coalesce(parts.bytes, pg_catalog.pg_total_relation_size(target.oid))::bigint AS bytes,
       coalesce(parts.rows, target.reltuples)::bigint AS rows
FROM pg_catalog.unnest(:'names'::text[]) AS wanted (name)
JOIN pg_catalog.pg_class AS found ON found.oid = pg_catalog.to_regclass(wanted.name)
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = found.oid
JOIN pg_catalog.pg_class AS target ON target.oid = coalesce(i.indrelid, found.oid)
LEFT JOIN LATERAL (
    SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(part.oid)) AS bytes,
           pg_catalog.sum(greatest(part.reltuples, 0)) AS rows
    FROM pg_catalog.pg_partition_tree(target.oid) AS tree
    JOIN pg_catalog.pg_class AS part ON part.oid = tree.relid
    WHERE tree.isleaf AND target.relkind = 'p'
) AS parts ON true;

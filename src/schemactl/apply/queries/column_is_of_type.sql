-- Whether a column is of a type. An INSERT without a list of columns knows it by its place among those that are left.
SELECT found.atttypid = pg_catalog.to_regtype(:'type')
FROM (SELECT attname, atttypid, pg_catalog.row_number() OVER (ORDER BY attnum) AS place
      FROM pg_catalog.pg_attribute
      WHERE attrelid = pg_catalog.to_regclass(:'table') AND attnum > 0 AND NOT attisdropped) AS found
WHERE found.attname = :'column' OR found.place = :'place'::int;

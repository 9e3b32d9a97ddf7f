"""Functions of pg_catalog that a query's meaning depends on, by name."""

AGGREGATES = frozenset(
    {
        "any_value", "array_agg", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "corr", "count",
        "covar_pop", "covar_samp", "cume_dist", "dense_rank", "every", "json_agg", "json_agg_strict",
        "json_object_agg", "json_object_agg_strict", "json_object_agg_unique", "json_object_agg_unique_strict",
        "jsonb_agg", "jsonb_agg_strict", "jsonb_object_agg", "jsonb_object_agg_strict", "jsonb_object_agg_unique",
        "jsonb_object_agg_unique_strict", "max", "min", "mode", "percent_rank", "percentile_cont",
        "percentile_disc", "range_agg", "range_intersect_agg", "rank", "regr_avgx", "regr_avgy", "regr_count",
        "regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "stddev", "stddev_pop",
        "stddev_samp", "string_agg", "sum", "var_pop", "var_samp", "variance", "xmlagg",
    }
)  # fmt: skip
SETS = frozenset(
    {
        "aclexplode", "generate_series", "generate_subscripts", "json_array_elements", "json_array_elements_text",
        "json_each", "json_each_text", "json_object_keys", "json_populate_recordset", "json_to_recordset",
        "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_each", "jsonb_each_text", "jsonb_object_keys",
        "jsonb_path_query", "jsonb_path_query_tz", "jsonb_populate_recordset", "jsonb_to_recordset",
        "pg_listening_channels", "pg_ls_dir", "pg_options_to_table", "pg_snapshot_xip", "regexp_matches",
        "regexp_split_to_table", "string_to_table", "ts_debug", "ts_parse", "ts_stat", "ts_token_type",
        "txid_snapshot_xip", "unnest",
    }
)  # fmt: skip

# Never null, whatever they are given.
NEVER_NULL = frozenset(
    {
        "count", "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "now", "clock_timestamp",
        "statement_timestamp", "transaction_timestamp", "gen_random_uuid", "uuidv4", "uuidv7", "random", "concat",
        "concat_ws", "json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array",
        "num_nulls", "num_nonnulls", "txid_current", "pg_backend_pid",
    }
)  # fmt: skip
# Not null where none of what they are given is.
STRICT = frozenset(
    {
        "lower", "upper", "initcap", "length", "char_length", "octet_length", "btrim", "ltrim", "rtrim", "trim",
        "replace", "reverse", "left", "right", "repeat", "substr", "lpad", "rpad", "md5", "abs", "round", "ceil",
        "ceiling", "floor", "trunc", "sqrt", "power", "mod", "sign", "exp", "date_trunc", "age", "to_json",
        "to_jsonb", "row_to_json", "cardinality", "encode", "decode", "ascii", "chr", "strpos", "position",
        "timezone", "make_date", "make_interval", "quote_ident", "quote_literal", "to_hex", "int4", "int8", "text",
        "numeric", "float8", "date",
    }
)  # fmt: skip
# Not null over the rows of a group, which is never empty, where what they aggregate is not.
OF_GROUP = frozenset(
    {
        "sum", "min", "max", "avg", "array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg",
        "jsonb_object_agg", "bool_and", "bool_or", "every", "bit_and", "bit_or", "any_value",
    }
)  # fmt: skip

"""The schema as the statements so far leave it: tables, columns, constraints, indexes, types, functions, policies."""

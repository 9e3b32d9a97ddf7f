"""Statements lowered from libpg_query's JSON to small typed values: what lint, plans and checks reason about."""

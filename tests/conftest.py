"""Fixtures of the whole suite live in tests/support, one module a subject."""

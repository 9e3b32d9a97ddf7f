"""schemactl: lint, prove and apply PostgreSQL migrations."""

__version__ = "0.1.0"

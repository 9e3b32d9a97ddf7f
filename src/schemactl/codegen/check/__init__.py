"""A hand-written TypeScript file against the schema: by meaning, column by column."""

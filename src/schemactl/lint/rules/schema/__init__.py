"""Rules about what is wrong with the schema itself."""

"""Rules about what the runner's transaction, or the lack of one, does to a file."""

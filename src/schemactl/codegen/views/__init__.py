"""What the query of a view says about its columns: where they come from, whether they can be null or written."""

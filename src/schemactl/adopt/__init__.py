"""Taking over from another migration tool: its folder, and what its history says of a target. Nothing is run."""

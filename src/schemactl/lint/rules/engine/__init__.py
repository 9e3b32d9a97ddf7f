"""What the linter itself has to say."""

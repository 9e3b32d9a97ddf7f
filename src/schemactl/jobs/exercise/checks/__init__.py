"""The checks of the exercise, one a file; each is `run(stage)` and yields what it finds broken."""

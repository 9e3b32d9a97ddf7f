"""Migration files, their directives and checksums, the history as values, and the plan: a pure function of both."""

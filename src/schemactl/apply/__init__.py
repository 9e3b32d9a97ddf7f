"""Running a plan against a target and keeping its history: transactions, locks, retries, resumption."""

"""One module a subject; each has `subject(scratch)`, a context manager that yields a `Subject`."""

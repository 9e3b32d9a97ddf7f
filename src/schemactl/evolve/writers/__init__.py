"""The statements for each kind of object: `create`, `alter` and `drop`; grants, owners and comments stand apart."""

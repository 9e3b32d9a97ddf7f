"""The command line: one thin module a command in `commands/`, which parses, calls one function and renders."""

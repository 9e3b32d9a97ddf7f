"""Migrations of public projects, what three linters say about them, and which of it was judged right."""

"""Matters of taste; off unless selected."""

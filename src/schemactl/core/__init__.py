"""Findings, reports, configuration, errors, events and the clock: standard library only, imported by every room."""

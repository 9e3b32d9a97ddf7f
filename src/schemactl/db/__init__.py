"""Connections to a target: settings, errors in words, redaction. Nothing else opens one."""

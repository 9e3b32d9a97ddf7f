"""Rules about who can read and write which rows."""

"""psycopg's types, for the annotations of rooms that pass connections on without importing the driver."""

from psycopg import Connection

__all__ = ["Connection"]

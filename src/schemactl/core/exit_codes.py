"""The exit codes of every command. docs/exit-codes.md is generated from this table."""

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """What a command tells the shell; `meaning` is the row in the documentation."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Self:
        """Make the member; IntEnum unpacks the pair."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    OK = 0, "Fine: nothing at or above `--fail-on` was found."
    FINDINGS = 1, "Findings at or above `--fail-on` (default `error`), or a verification failed."
    USAGE = 2, "Usage or configuration: an unknown option, a broken file, SQL that cannot be read."
    SERVER = 3, "A server is unreachable or could not be started."
    LOCK = 4, "A lock was not obtained in time."
    HISTORY = 5, "The history conflicts with the files: edited, missing or out of order."
    STATEMENT = 6, "A statement failed while applying."
    INTERNAL = 70, "An error in schemactl itself; please report it."
    INTERRUPTED = 130, "Interrupted by Ctrl-C or a termination signal."

"""What a row is in Python."""

from enum import StrEnum


class Style(StrEnum):
    """What a row is."""

    DATACLASS = "dataclass"
    PYDANTIC = "pydantic"
    TYPEDDICT = "typeddict"

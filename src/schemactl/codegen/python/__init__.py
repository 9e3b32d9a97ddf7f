"""Python types: dataclasses, Pydantic models or TypedDicts, with enums as StrEnum."""

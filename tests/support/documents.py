"""The JSON that the program writes, held to the schemas that are published."""

import json
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def validate(document: object, schema: str) -> None:
    """Fail where the document is not what the schema of that name says."""
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / schema).read_text(encoding="utf-8"))).validate(document)

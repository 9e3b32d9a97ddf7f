from decimal import Decimal
from uuid import UUID

import pytest

from schemactl.jobs.arrays import literal

ONE = UUID("6b0f7f2e-52d7-4c4b-9f43-3f6f8f6a7d10")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], "{}"),
        ([1, -2], "{1,-2}"),
        ([True, False], "{t,f}"),
        ([ONE], "{6b0f7f2e52d74c4b9f433f6f8f6a7d10}"),
        ([ONE, None], '{"6b0f7f2e-52d7-4c4b-9f43-3f6f8f6a7d10",NULL}'),
        (["NULL", ""], '{"NULL",""}'),
        (['a "b", c', "\\"], '{"a \\"b\\", c","\\\\"}'),
        ([Decimal("1.50"), 2], '{"1.50","2"}'),
    ],
)
def test_lists_are_written_as_the_server_reads_them(values: list[object], text: str):
    assert literal(values) == text

"""The value of an expression where enough of it is known; the server has the last word, this saves asking it."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final

from schemactl.rows.moments import moved, today
from schemactl.sql.expressions import Call, Column, Constant, Expression

Value = str | None
"""A value as text; None is NULL."""


class Unknown(Enum):
    """The value cannot be told."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
Result = Value | Unknown
Values = Mapping[str, Value]

_CLOCKS = frozenset(
    {"now", "current_date", "current_timestamp", "localtimestamp", "transaction_timestamp", "statement_timestamp",
     "clock_timestamp"}
)  # fmt: skip
_TRUE = {"true", "t", "yes", "on", "1"}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


def evaluate(tree: Expression, values: Values) -> Result:
    """The expression's value as text, None for NULL, UNKNOWN where a column or a function is not known."""
    match tree:
        case Constant(text):
            return text
        case Column(name):
            return values.get(name, UNKNOWN)
        case Call("and", parts):
            return _all([evaluate(part, values) for part in parts])
        case Call("or", parts):
            return _negated(_all([_negated(evaluate(part, values)) for part in parts]))
        case Call("not", (part,)):
            return _negated(evaluate(part, values))
        case Call("case", parts):
            return _case(parts, values)
        case Call("coalesce", parts):
            return _coalesce(parts, values)
        case Call(name, parts):
            return _call(name, [evaluate(part, values) for part in parts])


def truth(tree: Expression, values: Values) -> bool | Unknown | None:
    """A condition's truth: True, False, None for NULL, or UNKNOWN."""
    result = evaluate(tree, values)
    return result if result is None or isinstance(result, Unknown) else is_true(result)


def is_true(text: str) -> bool:
    """Whether a boolean's text is the true one."""
    return text.lower() in _TRUE


def number(text: str | None) -> Decimal | None:
    """The text as a number, or None."""
    try:
        value = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def compare(name: str, left: str, right: str) -> bool:
    """A comparison of two values of one type: as numbers where both are, else as text, which suits dates too."""
    numbers = number(left), number(right)
    if None not in numbers:
        return _COMPARISONS[name](*numbers)
    return _COMPARISONS[name](left, right)


def arithmetic(name: str, left: str, right: str) -> str | Unknown:
    """`+`, `-`, `*` of numbers, exact division `÷`, and moments moved by intervals or days."""
    numbers = number(left), number(right)
    if numbers[0] is not None and numbers[1] is not None:
        if name == "÷":
            return str(numbers[0] / numbers[1]) if numbers[1] else UNKNOWN
        return str(_ARITHMETIC[name](numbers[0], numbers[1]))
    found = moved(left, right, 1 if name == "+" else -1) if name in {"+", "-"} else None
    if found is None and name == "+":
        found = moved(right, left, 1)
    return UNKNOWN if found is None else found


def _call(name: str, parts: list[Result]) -> Result:
    if name in {"num_nonnulls", "num_nulls"}:
        known = [part for part in parts if not isinstance(part, Unknown)]
        nulls = known.count(None)
        return UNKNOWN if len(known) < len(parts) else str(nulls if name == "num_nulls" else len(parts) - nulls)
    if name == "is null":
        return UNKNOWN if isinstance(parts[0], Unknown) else _text(parts[0] is None)
    if name in {"is true", "is false"}:
        return UNKNOWN if isinstance(parts[0], Unknown) else _text(_is(parts[0], name == "is true"))
    if name == "is same":
        left, right = parts
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return UNKNOWN
        return _text(left == right if left is None or right is None else compare("=", left, right))
    if name == "in":
        return _in(parts)
    if name in {"greatest", "least"}:
        return _extreme(name, parts)
    if name in _CLOCKS:
        return today()
    if None in parts and (name in _COMPARISONS or name in _ARITHMETIC or name in _FUNCTIONS):
        return None
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) < len(parts):
        return UNKNOWN
    if name in _COMPARISONS:
        return _text(compare(name, *texts))
    if name in _ARITHMETIC and len(texts) == 2:
        return arithmetic(name, *texts)
    return _FUNCTIONS[name](*texts) if name in _FUNCTIONS else UNKNOWN


def _extreme(name: str, parts: list[Result]) -> Result:
    """GREATEST and LEAST: of the values that are not NULL."""
    if any(isinstance(part, Unknown) for part in parts):
        return UNKNOWN
    texts = [part for part in parts if isinstance(part, str)]
    chosen: Callable[..., str] = max if name == "greatest" else min
    numbers = [value for value in map(number, texts) if value is not None]
    if len(numbers) == len(texts):
        return str((max if name == "greatest" else min)(numbers)) if numbers else None
    return chosen(texts)


_FUNCTIONS: dict[str, Callable[..., Result]] = {
    "length": lambda text: str(len(text)),
    "octet_length": lambda text: str(len(text.encode())),
    "btrim": lambda text, marks=" ": text.strip(marks),
    "ltrim": lambda text, marks=" ": text.lstrip(marks),
    "rtrim": lambda text, marks=" ": text.rstrip(marks),
    "||": lambda left, right: left + right,
    "abs": lambda text: str(abs(value)) if (value := number(text)) is not None else UNKNOWN,
}


def _all(results: list[Result]) -> Result:
    if any(isinstance(result, str) and not is_true(result) for result in results):
        return "false"
    if any(isinstance(result, Unknown) for result in results):
        return UNKNOWN
    return None if None in results else "true"


def _negated(result: Result) -> Result:
    return _text(not is_true(result)) if isinstance(result, str) else result


def _is(result: Value, wanted: bool) -> bool:
    return result is not None and is_true(result) is wanted


def _in(parts: list[Result]) -> Result:
    subject, *items = parts
    if subject is None or isinstance(subject, Unknown):
        return subject
    texts = [item for item in items if isinstance(item, str)]
    if any(compare("=", subject, item) for item in texts):
        return "true"
    if any(isinstance(item, Unknown) for item in items):
        return UNKNOWN
    return None if None in items else "false"


def _case(parts: tuple[Expression, ...], values: Values) -> Result:
    for condition, result in zip(parts[:-1:2], parts[1::2], strict=True):
        holds = truth(condition, values)
        if holds is UNKNOWN:
            return UNKNOWN
        if holds:
            return evaluate(result, values)
    return evaluate(parts[-1], values)


def _coalesce(parts: tuple[Expression, ...], values: Values) -> Result:
    for part in parts:
        result = evaluate(part, values)
        if result is not None:
            return result
    return None


def _text(value: bool) -> str:
    return "true" if value else "false"

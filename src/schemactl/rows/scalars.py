"""Values of scalar types, as text, within a wish. Each drawer takes the type, the wish and the draw."""

import ipaddress
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from schemactl.rows import moments
from schemactl.rows.evaluate import number
from schemactl.rows.types import Type
from schemactl.rows.wishes import Bound, Conflict, Draw, Wish

Drawer = Callable[[Type, Wish, Draw], str]

_EPOCH: Final = datetime(2024, 1, 1, 12, tzinfo=UTC)
_INTEGERS = {"smallint": 15, "integer": 31, "bigint": 63}
_ORDINARY = 1000
_RELATIVE = {"now", "today", "CURRENT_TIMESTAMP"}


def whole_number(type_: Type, wish: Wish, draw: Draw) -> str:
    """An integer: the ends of its range first, then anything between."""
    bits = _INTEGERS.get(type_.name, 31)
    return str(_number(wish, draw, Decimal(1), Decimal(-(2**bits)), Decimal(2**bits - 1)))


def decimal_number(type_: Type, wish: Wish, draw: Draw) -> str:
    """A numeric within its precision and scale."""
    scale = int(type_.arguments[1]) if len(type_.arguments) > 1 else 0 if type_.arguments else 2
    if any(name in {"round", "floor", "ceil", "trunc"} for name, _ in wish.steps):
        scale = 0
    step = Decimal(1).scaleb(-scale)
    most = Decimal(10) ** (type_.size - scale) - step if type_.size else Decimal(10) ** 12
    return format(_number(wish, draw, step, -most, most), "f")


def floating(_type: Type, wish: Wish, draw: Draw) -> str:
    """A float4 or float8, of few digits."""
    return format(_number(wish, draw, Decimal("0.25"), Decimal(-(10**6)), Decimal(10**6)), "f")


def _number(wish: Wish, draw: Draw, step: Decimal, least: Decimal, most: Decimal) -> Decimal:
    low, high = _edge(wish.low, step, least, 1), _edge(wish.high, step, most, -1)
    if low > high:
        raise Conflict
    ordinary_low = low if wish.low else max(low, min(Decimal(0 if not draw.distinct else 1), high))
    if not wish.low and wish.high:
        ordinary_low = max(low, min(ordinary_low, high - _ORDINARY * step))
    ordinary_high = high if wish.high else min(high, ordinary_low + _ORDINARY)
    if draw.distinct:
        count = int((high - ordinary_low) / step) + 1
        return ordinary_low + step * (draw.number % count)
    bounds = tuple(dict.fromkeys(str(edge) for edge, bound in ((low, wish.low), (high, wish.high)) if bound))
    unused = tuple(edge for edge in bounds if not draw.used[edge])
    if unused and draw.eager:
        return Decimal(draw.choose(unused))
    steps = int((ordinary_high - ordinary_low) / step)
    return ordinary_low + step * draw.random.randint(0, steps)


def _edge(bound: Bound | None, step: Decimal, default: Decimal, direction: int) -> Decimal:
    value = number(bound.text) if bound else None
    if bound is None or value is None:
        return default
    rounded = (value / step).to_integral_value(ROUND_CEILING if direction > 0 else ROUND_FLOOR) * step
    if not bound.inclusive and rounded == value:
        rounded += step * direction
    return max(rounded, default) if direction > 0 else min(rounded, default)


def truth_value(_type: Type, wish: Wish, draw: Draw) -> str:
    """Both in turn."""
    values = tuple(text for text in ("true", "false") if wish.admits(text))
    if not values:
        raise Conflict
    return draw.choose(values)


def moment(type_: Type, wish: Wish, draw: Draw) -> str:
    """A timestamp or a date in UTC; bounds relative to now are days away from it."""
    low, high = _moment(wish.low), _moment(wish.high)
    step = timedelta(days=1) if type_.name == "date" else timedelta(minutes=1)
    if low and wish.low and not wish.low.inclusive:
        low += step
    if high and wish.high and not wish.high.inclusive:
        high -= step
    if low and high and low > high:
        raise Conflict
    offset = draw.number if draw.distinct else draw.random.randint(0, 60 * 24 * 365 if type_.name != "date" else 365)
    if low and high:
        ends = [end for end in (low, high) if not draw.used[_written(type_, end)]]
        chosen = low + step * (offset % ((high - low) // step + 1))
        chosen = draw.random.choice(ends) if ends and not draw.distinct and draw.eager else chosen
    elif high:
        chosen = high - step * offset
    else:
        chosen = (low or _EPOCH) + step * offset
    return _written(type_, _truncated(chosen, wish))


def _written(type_: Type, value: datetime) -> str:
    if type_.name == "date":
        return value.date().isoformat()
    text = value.replace(tzinfo=None).isoformat(sep=" ")
    return text + "+00" if "with time zone" in type_.name else text


def _truncated(value: datetime, wish: Wish) -> datetime:
    """The beginning of the hour, day, month or year, where the value must be one (date_trunc)."""
    units = {unit for (name, arguments) in wish.steps for unit in arguments if name == "date_trunc"}
    if units & {"year", "quarter", "month"}:
        value = value.replace(day=1, month=1 if units & {"year", "quarter"} else value.month)
    if "week" in units:
        value -= timedelta(days=value.weekday())
    return value.replace(hour=0 if units - {"hour"} else value.hour, minute=0) if units else value


def _moment(bound: Bound | None) -> datetime | None:
    return moments.moment(bound.text) if bound else None


def time_of_day(type_: Type, wish: Wish, draw: Draw) -> str:
    """A time, with the zone UTC where the type has one."""
    low = time.fromisoformat(wish.low.text[:8]) if wish.low else time(0, 0)
    high = time.fromisoformat(wish.high.text[:8]) if wish.high else time(23, 59)
    first, last = (60 * edge.hour + edge.minute for edge in (low, high))
    first += bool(wish.low and not wish.low.inclusive)
    last -= bool(wish.high and not wish.high.inclusive)
    if first > last:
        raise Conflict
    minutes = first + draw.number % (last - first + 1) if draw.distinct else draw.random.randint(first, last)
    return f"{minutes // 60:02}:{minutes % 60:02}:00" + ("+00" if "with time zone" in type_.name else "")


def interval(_type: Type, wish: Wish, draw: Draw) -> str:
    """A whole number of minutes, or the bound itself."""
    for bound in (wish.low, wish.high):
        if bound and bound.inclusive and draw.random.random() < 0.5:
            return bound.text
    return f"{1 + (draw.number if draw.distinct else draw.random.randint(0, 600))} minutes"


def identifier(_type: Type, _wish: Wish, draw: Draw) -> str:
    """A version 4 UUID from the seed."""
    return str(uuid.UUID(int=draw.random.getrandbits(128), version=4))


def octets(_type: Type, wish: Wish, draw: Draw) -> str:
    """A bytea of the wished length."""
    shortest, longest = lengths(wish, 4, 16)
    size = draw.random.randint(shortest, longest)
    return "\\x" + draw.random.getrandbits(8 * size).to_bytes(size, "big").hex() if size else "\\x"


def bits(type_: Type, wish: Wish, draw: Draw) -> str:
    """A bit string: of exactly the type's length, or up to it."""
    most = type_.size or (1 if type_.name == "bit" else 8)
    size = most if type_.name == "bit" else draw.random.randint(*lengths(wish, 1, most))
    value = draw.number if draw.distinct else draw.random.getrandbits(size)
    return format(value % 2**size, f"0{size}b")


def address(type_: Type, _wish: Wish, draw: Draw) -> str:
    """An inet, or a cidr without host bits."""
    host = draw.number % 2**24 if draw.distinct else draw.random.getrandbits(24)
    text = str(ipaddress.IPv4Address((10 << 24) + host))
    return f"{text}/32" if type_.name == "cidr" else text


def hardware_address(type_: Type, _wish: Wish, draw: Draw) -> str:
    """A MAC address of 6 or 8 bytes."""
    size = 8 if type_.name == "macaddr8" else 6
    value = draw.number if draw.distinct else draw.random.getrandbits(24)
    return ":".join(f"{byte:02x}" for byte in (0x02 << 8 * (size - 1) | value % 2**24).to_bytes(size, "big"))


def figure(type_: Type, _wish: Wish, draw: Draw) -> str:
    """A geometric value."""
    x, y = (draw.number, draw.number) if draw.distinct else (draw.random.randint(0, 90), draw.random.randint(0, 90))
    return {
        "point": f"({x},{y})",
        "line": f"{{1,{y + 1},{x}}}",
        "lseg": f"[({x},{y}),({x + 1},{y + 1})]",
        "box": f"({x + 1},{y + 1}),({x},{y})",
        "path": f"[({x},{y}),({x + 1},{y + 2})]",
        "polygon": f"(({x},{y}),({x + 1},{y}),({x},{y + 1}))",
        "circle": f"<({x},{y}),1>",
    }[type_.name]


def embedding(type_: Type, _wish: Wish, draw: Draw) -> str:
    """A vector of as many dimensions as the type has."""
    return "[" + ",".join(str(draw.random.randint(1, 9)) for _ in range(type_.size or 3)) + "]"


def lengths(wish: Wish, least: int, most: int, step: str = "length") -> tuple[int, int]:
    """The shortest and the longest that is wished for, by any of the functions that count; else the defaults."""
    low, high = 0, None
    named = {step, "length", "octet_length", "bit_length"} if step == "length" else {step}
    for (name, _), part in wish.steps.items():
        if name in named:
            first, last = whole_bounds(part)
            low, high = max(low, first), last if high is None else min(high, last or high)
    if high is not None and low > high:
        raise Conflict
    shortest = max(low, min(least, high if high is not None else least))
    return shortest, max(shortest, high if high is not None and high < most + low else most)


def whole_bounds(wish: Wish) -> tuple[int, int | None]:
    """The least and the greatest whole number that a wish allows."""
    low = int(_edge(wish.low, Decimal(1), Decimal(0), 1))
    high = int(_edge(wish.high, Decimal(1), Decimal(10**9), -1)) if wish.high else None
    if wish.among is not None:
        counts = [int(value) for item in wish.among if (value := number(item)) is not None]
        low, high = max(low, min(counts)), min(counts)
    while str(low) in wish.apart:
        low += 1
    return low, high


def constant(*values: str) -> Drawer:
    """A drawer for a type of which a few values do."""
    return lambda _type, _wish, draw: values[draw.number % len(values)]


def numbered(form: str) -> Drawer:
    """A drawer that puts a number into a form."""
    return lambda _type, _wish, draw: form.format(draw.number if draw.distinct else draw.random.randint(1, 99))


DRAWERS: Final[dict[str, Drawer]] = {
    **dict.fromkeys(("smallint", "integer", "bigint", "oid"), whole_number),
    **dict.fromkeys(("numeric", "money"), decimal_number),
    **dict.fromkeys(("real", "double precision"), floating),
    "boolean": truth_value,
    **dict.fromkeys(("date", "timestamp without time zone", "timestamp with time zone"), moment),
    **dict.fromkeys(("time without time zone", "time with time zone"), time_of_day),
    "interval": interval,
    "uuid": identifier,
    "bytea": octets,
    **dict.fromkeys(("bit", "bit varying"), bits),
    **dict.fromkeys(("inet", "cidr"), address),
    **dict.fromkeys(("macaddr", "macaddr8"), hardware_address),
    **dict.fromkeys(("point", "line", "lseg", "box", "path", "polygon", "circle"), figure),
    "tsvector": numbered("'word' 'w{}'"),
    "tsquery": numbered("'w{}'"),
    "xml": numbered("<item>{}</item>"),
    "jsonpath": numbered('$."k{}"'),
    "pg_lsn": numbered("0/{:X}"),
    "txid_snapshot": constant("10:20:10,14"),
    "pg_snapshot": constant("10:20:10,14"),
    "xid": numbered("{}"),
    "xid8": numbered("{}"),
    "cid": numbered("{}"),
    "tid": numbered("(0,{})"),
    "regclass": constant("pg_class", "pg_type"),
    "regtype": constant("integer", "text"),
    "regproc": constant("pg_backend_pid"),
    "regprocedure": constant("length(text)"),
    "regrole": constant("pg_monitor"),
    "regnamespace": constant("pg_catalog"),
    "regconfig": constant("simple"),
    "regdictionary": constant("simple"),
    "regcollation": constant('"C"'),
    "hstore": numbered('"key"=>"{}"'),
    "ltree": numbered("top.n{}"),
    "lquery": numbered("top.n{}.*"),
    "ltxtquery": numbered("n{}"),
    "cube": numbered("({},1)"),
    "seg": numbered("{}"),
    "int2vector": constant("1 2"),
    "oidvector": constant("1 2"),
    '"char"': constant("a", "b", "c", "d"),
    "char": constant("a", "b", "c", "d"),
    **dict.fromkeys(("vector", "halfvec"), embedding),
    "geometry": numbered("SRID=4326;POINT({} 1)"),
    "geography": numbered("SRID=4326;POINT({} 1)"),
}  # fmt: skip

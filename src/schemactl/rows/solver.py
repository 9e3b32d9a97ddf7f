"""From conditions to values: choose a way to satisfy each condition, then draw values that follow it.

A choice may lead nowhere (`Conflict`); the caller then tries again, and the draw goes another way. That a row satisfies
its table is for the server to say: what is not understood here is left to chance, and the judge.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from schemactl.rows.evaluate import UNKNOWN, Unknown, Value, arithmetic, evaluate, is_true, truth
from schemactl.rows.model import Field
from schemactl.rows.wishes import Conflict, Step, Wish, boolean
from schemactl.sql.expressions import Call, Column, Constant, Expression, columns, constants, walk

_COMPARISONS = frozenset({"=", "<", "<=", ">", ">="})
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_PATTERNS = frozenset({"~", "~*", "~~", "~~*", "^@"})
_BOOLEAN = frozenset({"and", "or", "not", "is null", "is true", "is false", "in", "is same", *_COMPARISONS, *_PATTERNS})
_INVERSE = {"+": "-", "-": "+", "*": "÷"}
_COUNTERS = {"cardinality": "count", "array_length": "count", "array_upper": "count"}
_TRANSPARENT = frozenset({"btrim", "ltrim", "rtrim", "trim", "date_trunc", "round", "floor", "ceil", "abs", "date"})


@dataclass(frozen=True, slots=True)
class Relation:
    """A comparison between columns, applied to the one that is drawn last."""

    name: str
    left: Expression
    right: Expression
    wanted: bool


@dataclass(slots=True)
class Plan:
    """How the conditions of one row shall be satisfied: values that are settled, wishes about the rest.

    `shy` names the columns that are NULL unless a condition asks for a value; `needed`, those that have been asked for.
    """

    fields: Mapping[str, Field]
    random: Random
    values: dict[str, Value] = field(default_factory=dict)
    shy: frozenset[str] = frozenset()
    needed: set[str] = field(default_factory=set)
    wishes: dict[str, Wish] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    def satisfy(self, conditions: Iterable[Expression]) -> None:
        """Choose a way to satisfy all of them. Raises Conflict."""
        for condition in conditions:
            self.want(condition, True)

    def wish(self, column: str) -> Wish:
        """What has been wished of a column so far."""
        return self.wishes.setdefault(column, Wish())

    def settle(self, column: str, chosen: Value) -> None:
        """Give a column its value. Raises Conflict where it has another, or cannot be NULL."""
        if column in self.values and self.values[column] != chosen:
            raise Conflict
        if chosen is None and (column in self.needed or (column in self.fields and self.fields[column].not_null)):
            raise Conflict
        self.values[column] = chosen

    def want(self, tree: Expression, wanted: bool) -> None:
        """Make a condition true, or false; NULL will do. Raises Conflict where it is settled the other way."""
        settled = truth(tree, self.values)
        if settled is not UNKNOWN:
            if settled is not None and settled is not wanted:
                raise Conflict
            return
        match tree:
            case Column(name):
                self.settle(name, "true" if wanted else "false")
            case Call("not", (part,)):
                self.want(part, not wanted)
            case Call("and", parts):
                self._want_all(parts, wanted) if wanted else self._want_one(parts, wanted)
            case Call("or", parts):
                self._want_one(parts, wanted) if wanted else self._want_all(parts, wanted)
            case Call("is null", (part,)):
                self._want_null(part, wanted)
            case Call("is true" | "is false" as name, (part,)):
                self._want_truth(part, (name == "is true") is wanted)
            case Call("case", parts):
                self._want_case(parts, wanted)
            case Call("coalesce", (part, *_)):
                self.want(part, wanted)
            case Call("in", (subject, *items)):
                self._want_in(subject, items, wanted)
            case Call("=" | "is same", (left, right)) if _is_boolean(left) and _is_boolean(right):
                self._want_equal_truths(left, right, wanted)
            case Call("any" | "all", (Constant(name), left, right)) if name:
                self._want_member(name, left, right, wanted)
            case Call(name, arguments):
                self._want_call(name, arguments, wanted)

    def _want_all(self, parts: tuple[Expression, ...], wanted: bool) -> None:
        # What leaves no choice first: it decides the rest.
        for part in sorted(parts, key=_choices):
            self.want(part, wanted)

    def _want_one(self, parts: tuple[Expression, ...], wanted: bool) -> None:
        settled = [truth(part, self.values) for part in parts]
        if any(one is wanted or one is None for one in settled):
            return
        open_ = [part for part, one in zip(parts, settled, strict=True) if one is UNKNOWN]
        if not open_:
            raise Conflict
        self.want(self.random.choice(open_), wanted)

    def _want_null(self, part: Expression, wanted: bool) -> None:
        if isinstance(part, Column):
            if wanted:
                self.settle(part.name, None)
            else:
                self.needed.add(part.name)
            return
        term = _term(part)
        if term:
            column, steps = term
            if not wanted:
                self.needed.add(column)
            self.wish(column).step(*steps).present = not wanted

    def _want_truth(self, part: Expression, wanted: bool) -> None:
        """Make a condition true, or false, where NULL will not do for it."""
        if not any(isinstance(one, Call) and one.name == "is null" for one in walk(part)):
            self.needed |= columns(part) - self.values.keys() if wanted else set()
        self.want(part, wanted)

    def _want_case(self, parts: tuple[Expression, ...], wanted: bool) -> None:
        branches = list(zip(parts[:-1:2], parts[1::2], strict=True))
        possible = [
            place
            for place, (condition, result) in enumerate([*branches, (Constant("true"), parts[-1])])
            if truth(condition, self.values) in {UNKNOWN, True} and truth(result, self.values) is not (not wanted)
        ]
        if not possible:
            raise Conflict
        chosen = self.random.choice(possible)
        for condition, _ in branches[:chosen]:
            self.want(condition, False)
        if chosen < len(branches):
            self._want_truth(branches[chosen][0], True)
            self.want(branches[chosen][1], wanted)
        else:
            self.want(parts[-1], wanted)

    def _want_equal_truths(self, left: Expression, right: Expression, wanted: bool) -> None:
        for one, other in ((left, right), (right, left)):
            settled = truth(one, self.values)
            if settled is not UNKNOWN:
                if settled is not None:
                    self.want(other, settled is wanted)
                return
        chosen = self.random.random() < 0.5
        self.want(left, chosen)
        self.want(right, chosen is wanted)

    def _want_in(self, subject: Expression, items: list[Expression], wanted: bool) -> None:
        texts = tuple(item.text for item in items if isinstance(item, Constant) and item.text is not None)
        term = _term(subject)
        if term and not self._left_null(term[0]):
            wish = self.wish(term[0]).step(*term[1])
            if wanted and texts:
                wish.restrict(texts)
            elif not wanted:
                for item in texts:
                    wish.apply("=", item, False)

    def _want_member(self, name: str, left: Expression, right: Expression, wanted: bool) -> None:
        """`'x' = ANY (tags)`: a constant that an array holds, or a condition on every element."""
        if isinstance(right, Column) and isinstance(left, Constant) and left.text is not None and wanted:
            step = "contains" if name == "=" else "element"
            wish = self.wish(right.name).step((step, ()))
            if name == "=":
                wish.hints.append(left.text)
            elif name in _COMPARISONS:
                wish.apply(_MIRRORED[name], left.text, True)

    def _want_call(self, name: str, arguments: tuple[Expression, ...], wanted: bool) -> None:
        if name == "starts_with":
            name = "^@"
        if len(arguments) == 2 and (name in _COMPARISONS or name in _PATTERNS):
            left, right = arguments
            self._compare(name, left, right, wanted)
        elif name in {"@>", "<@", "?", "?&"} and len(arguments) == 2:
            self._contain(name, *arguments, wanted)
        else:
            self._leave(arguments)

    def _compare(self, name: str, left: Expression, right: Expression, wanted: bool) -> None:
        for one, other, operator in ((left, right, name), (right, left, _MIRRORED.get(name))):
            count = one.name if isinstance(one, Call) else ""
            known = evaluate(other, self.values)
            if operator and isinstance(known, str):
                if count in {"num_nonnulls", "num_nulls"} and isinstance(one, Call):
                    self._count_nulls(one, operator, known, wanted)
                    return
                term = _term(one)
                if term:
                    if not self._left_null(term[0]):
                        self.wish(term[0]).step(*term[1]).apply(operator, known, wanted)
                    return
        if wanted and name == "=":
            self._keep(left, right)
            self._keep(right, left)
        if columns(left) | columns(right):
            self.relations.append(Relation(name, left, right, wanted))

    def _keep(self, kept: Expression, made: Expression) -> None:
        """A value that a function leaves as it is, as in `lower(email) = email`."""
        term = _path(made)
        if isinstance(kept, Column) and term and term[0] == kept.name:
            for step in term[1]:
                self.wish(kept.name).step(step)

    def _count_nulls(self, counter: Call, operator: str, text: str, wanted: bool) -> None:
        """Choose how many of some columns are NULL, and which."""
        total = len(counter.arguments)
        settled = [evaluate(part, self.values) for part in counter.arguments]
        possible = []
        for count in range(total + 1):
            holds = truth(Call(operator, (Constant(str(count)), Constant(text))), {})
            values = count if counter.name == "num_nonnulls" else total - count
            known = [part for part in settled if not isinstance(part, Unknown)]
            full = len([part for part in known if part is not None])
            if holds is wanted and full <= values <= total - known.count(None):
                possible.append(values)
        if not possible:
            raise Conflict
        wanted_full = self.random.choice(possible) - len([part for part in settled if isinstance(part, str)])
        open_ = [part for part, one in zip(counter.arguments, settled, strict=True) if isinstance(one, Unknown)]
        chosen = self.random.sample(range(len(open_)), wanted_full)
        for place, part in enumerate(open_):
            self._want_null(part, place not in chosen)

    def _contain(self, name: str, left: Expression, right: Expression, wanted: bool) -> None:
        if name == "<@":
            left, right = right, left
        if isinstance(left, Column) and wanted:
            wish = self.wish(left.name)
            texts = constants(right)
            if name.startswith("?"):
                for text in texts:
                    wish.step(("?", (text,))).present = True
            elif isinstance(right, Call) and right.name == "array":
                wish.step(("contains", ())).hints.extend(texts)
        elif isinstance(right, Column) and wanted and isinstance(left, Call) and left.name == "array":
            self.wish(right.name).step(("element", ())).restrict(constants(left))

    def _leave(self, arguments: tuple[Expression, ...]) -> None:
        """Not understood: the constants in it may be values that it likes."""
        texts = [text for part in arguments for text in constants(part)]
        for name in columns(Call("?", arguments)):
            self.wish(name).hints.extend(texts)

    def _left_null(self, column: str) -> bool:
        """Satisfy a comparison by NULL, where the column is to be NULL unless it is asked for."""
        if column in self.shy and column not in self.needed and column not in self.values:
            self.values[column] = None
        return column in self.values and self.values[column] is None

    def relate(self, column: str) -> None:
        """Turn relations whose other side is settled by now into wishes of the column. Raises Conflict."""
        for relation in self.relations:
            for one, other, name in (
                (relation.left, relation.right, relation.name),
                (relation.right, relation.left, _MIRRORED.get(relation.name)),
            ):
                known = evaluate(other, self.values)
                solved = self._solved(name, one, known, column) if name and isinstance(known, str) else None
                if solved:
                    steps, operator, text = solved
                    self.wish(column).step(*steps).apply(operator, text, relation.wanted)

    def _solved(self, name: str, tree: Expression, known: str, column: str) -> tuple[tuple[Step, ...], str, str] | None:
        """`tree` compared with a value, as the column compared: `price * quantity = 6` is `quantity = 6 ÷ price`."""
        term = _term(tree)
        if term:
            return (term[1], name, known) if term[0] == column else None
        if not isinstance(tree, Call) or tree.name not in _INVERSE or len(tree.arguments) != 2:
            return None
        left, right = tree.arguments
        inside, outside = (left, right) if column in columns(left) else (right, left)
        other = evaluate(outside, self.values)
        if not isinstance(other, str):
            return None
        if tree.name == "-" and inside is right:
            moved, name = arithmetic("-", other, known), _MIRRORED[name]
        else:
            moved = arithmetic(_INVERSE[tree.name], known, other)
            name = _MIRRORED[name] if tree.name == "*" and other.startswith("-") else name
        return self._solved(name, inside, moved, column) if isinstance(moved, str) else None


def _term(tree: Expression) -> tuple[str, tuple[Step, ...]] | None:
    """A column under functions with constant arguments: its name, and the functions that matter, the outermost last."""
    path = _path(tree)
    return path and (path[0], tuple(step for step in path[1] if step[0] not in _TRANSPARENT))


def _path(tree: Expression) -> tuple[str, tuple[Step, ...]] | None:
    match tree:
        case Column(name):
            return name, ()
        case Call("coalesce", (part, *_)):
            return _path(part)
        case Call("date_trunc" | "extract" | "date_part" as name, (Constant(unit), part)):
            inner = _path(part)
            return inner and (inner[0], (*inner[1], (name, (unit or "",))))
        case Call("and" | "or" | "not" | "is null" | "case"):
            return None
        case Call(name, (part, *rest)):
            inner = _path(part)
            if inner is None or any(columns(item) for item in rest):
                return None
            if name in _COUNTERS:
                return inner[0], (*inner[1], (_COUNTERS[name], ()))
            return inner[0], (*inner[1], (name, tuple(text for item in rest for text in constants(item))))
    return None


def _is_boolean(tree: Expression) -> bool:
    match tree:
        case Constant(text):
            return text in {"true", "false"}
        case Call(name):
            return name in _BOOLEAN
    return False


def _choices(tree: Expression) -> int:
    """How much choice a condition leaves; those with none come first."""
    match tree:
        case Call("or", parts):
            return 2 + len(parts)
        case Call("=", (left, right)) if _is_boolean(left) and _is_boolean(right):
            return 2
        case Call("case"):
            return 3
        case Call("not", (part,)):
            return _choices(part)
        case Call("in"):
            return 0
    return 1


def flat(trees: Iterable[Expression]) -> list[Expression]:
    """The conditions with their ANDs taken apart, those that leave no choice first."""
    found: list[Expression] = []
    stack = list(trees)
    while stack:
        tree = stack.pop()
        if isinstance(tree, Call) and tree.name == "and":
            stack.extend(tree.arguments)
        else:
            found.append(tree)
    return sorted(found, key=_choices)


def settled_boolean(text: str) -> str:
    """A boolean's text in one spelling."""
    return boolean(text) if is_true(text) or text.lower() in {"false", "f"} else text

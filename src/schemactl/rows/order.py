"""The order in which tables are filled: parents first, and those that need each other together."""

from collections.abc import Iterable, Mapping

from schemactl.rows.model import Path, Table


def ordered(tables: Mapping[Path, Table]) -> list[tuple[Path, ...]]:
    """Groups of tables: those of one group need rows of each other, and come after all that they need outside it.

    A reference that may be NULL counts too where it makes no cycle.
    """
    required = {path: _parents(table, tables, required=True) for path, table in tables.items()}
    wished = {path: _parents(table, tables, required=False) for path, table in tables.items()}
    groups = components(required)
    place = {path: number for number, group in enumerate(groups) for path in group}
    by_need = {n: {place[p] for path in group for p in required[path]} - {n} for n, group in enumerate(groups)}
    by_wish = {n: {place[p] for path in group for p in wished[path]} - {n} for n, group in enumerate(groups)}
    done: list[int] = []
    waiting = list(range(len(groups)))
    while waiting:
        settled = set(done)
        able = [n for n in waiting if by_need[n] <= settled]
        happy = [n for n in able if by_need[n] | by_wish[n] <= settled]
        # A cycle of references that may be NULL is entered where the fewest are missing.
        chosen = happy or [min(able, key=lambda n: (len(by_wish[n] - settled), n))]
        done += chosen
        waiting = [n for n in waiting if n not in chosen]
    return [groups[n] for n in done]


def components(edges: Mapping[Path, set[Path]]) -> list[tuple[Path, ...]]:
    """The strongly connected components of a graph, each after those that it leads to (Tarjan, without recursion)."""
    index: dict[Path, int] = {}
    low: dict[Path, int] = {}
    stack: list[Path] = []
    found: list[tuple[Path, ...]] = []
    for start in edges:
        if start in index:
            continue
        work = [(start, iter(sorted(edges[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        while work:
            node, rest = work[-1]
            following = next((n for n in rest if n not in index or n in stack), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node)
                    found.append(tuple(stack[cut:]))
                    del stack[cut:]
            elif following in index:
                low[node] = min(low[node], index[following])
            else:
                index[following] = low[following] = len(index)
                stack.append(following)
                work.append((following, iter(sorted(edges[following]))))
    return found


def closure(wanted: Iterable[Path], tables: Mapping[Path, Table]) -> set[Path]:
    """The tables that are wanted, and all that they refer to, however far."""
    found: set[Path] = set()
    waiting = [path for path in wanted if path in tables]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [reference.table for reference in tables[path].references if reference.table in tables]
    return found


def _parents(table: Table, tables: Mapping[Path, Table], *, required: bool) -> set[Path]:
    wanted = {r.table for r in table.references if not required or table.required(r)}
    # Rows of a partitioned table come with its partitions.
    leaves = {path for path, other in tables.items() if other.target in wanted and other.path != other.target}
    return {path for path in (wanted | leaves) if path in tables and path != table.path}

"""What else stands above the cut: windows over cells, joins of two summaries, figures of figures.

Each is asked of whole summaries in FROM, whose columns are `c0`, `c1` …: their keys, then their figures.
Nothing is judged here: a suppressed figure is missing, and what is worked out from several leaves it out.
"""

from dataclasses import dataclass

from .above import Expected, gated, sorted_on
from .figures import Cell


@dataclass
class Stacked:
    """A question over one or two summaries. `way` says which; `detail` is what it leaves open."""

    way: str
    parts: list
    detail: str

    @property
    def inner(self):
        return self.parts

    def sql(self):
        first = self.parts[0]
        keys, last = len(first.keys), len(first.keys) + len(first.figures) - 1
        table = f"({first.sql()}) x"
        names = ", ".join(f"x.c{n}" for n in range(keys))
        match self.way:
            case "rank_above":
                return f"SELECT {names}, x.c{last}, {self.detail}() OVER (ORDER BY x.c{last} DESC NULLS LAST) AS r FROM {table}"
            case "window_above":
                part = "PARTITION BY x.c0" if keys > 1 else ""
                return f"SELECT {names}, x.c{last}, {self.detail}(x.c{last}) OVER ({part}) AS r FROM {table}"
            case "share_above":
                return f"SELECT {names}, 1.0 * x.c{last} / nullif(sum(x.c{last}) OVER (), 0) AS r FROM {table}"
            case "summaries_joined":
                other = f"({self.parts[1].sql()}) y"
                return f"SELECT x.c0, x.c1, y.c1 AS d1, x.c1 - y.c1 AS e1 FROM {table} {self.detail} {other} ON x.c0 = y.c0"
            case "figures_of_figures":
                return f"SELECT x.c0, count(*) AS n, count(x.c{last}) AS m, {self.detail}(x.c{last}) AS f FROM {table} GROUP BY x.c0"
        raise ValueError(self.way)

    @property
    def tags(self):
        return set().union(*(p.tags for p in self.parts)) | {self.way}

    def expected(self, cells):
        """The right answer, from the cells of each summary."""
        rows = [(labels, row[-1]) for labels, row in cells[0].rows]
        sure = all(cell.sure for c in cells for _, row in c.rows for cell in row)
        match self.way:
            case "rank_above":
                made = self.ranked(rows)
            case "window_above":
                groups = grouped(rows, 1 if len(self.parts[0].keys) > 1 else 0)
                made = [[*labels, cell, of_all(self.detail, groups[labels[:1] if len(labels) > 1 else ()])] for labels, cell in rows]
            case "share_above":
                total = of_all("sum", [cell for _, cell in rows])
                made = [[*labels, share(cell, total)] for labels, cell in rows]
            case "summaries_joined":
                made = self.joined(rows, [(labels, row[-1]) for labels, row in cells[1].rows])
            case "figures_of_figures":
                made = [
                    [*label, shown(len(group)), shown(sum(gated(c) is not None for c in group)), of_all(self.detail, group)]
                    for label, group in grouped(rows, 1).items()
                ]
        told = {any(choice) for choice in product_of([c.told for c in cells])}
        return Expected(made, False, any(c.left_out for c in cells), told, sure)

    def ranked(self, rows):
        ordered = sorted_on(rows, lambda row: gated(row[1]), True)
        ordered.sort(key=lambda row: not row[1].shown)
        made, rank, dense, before = [], 0, 0, None
        for n, (labels, cell) in enumerate(ordered, 1):
            here = (cell.shown, gated(cell))
            if here != before:
                rank, dense, before = n, dense + 1, here
            made.append([*labels, cell, shown(rank if self.detail == "rank" else dense)])
        return made

    def joined(self, rows, others):
        missing = Cell(None, {None})
        right = {labels: cell for labels, cell in others if labels[0] is not None}
        made = []
        for labels, cell in rows:
            other = right.pop(labels, None)
            if other is not None or self.detail != "JOIN":
                made.append([*labels, cell, other or missing, difference(cell, other or missing)])
        return made


def shown(value):
    return Cell(value, {None})


def grouped(rows, keys):
    groups = {}
    for labels, cell in rows:
        groups.setdefault(labels[:keys], []).append(cell)
    return groups


def of_all(function, cells):
    """One figure of the published ones."""
    there = [c for c in cells if gated(c) is not None]
    values, tolerance = [c.value for c in there], sum(c.tolerance for c in there)
    if function == "count":
        return shown(len(there))
    if not there:
        return shown(None)
    size = sum(map(abs, values))
    match function:
        case "sum":
            return Cell(sum(values), {None}, tolerance + 1e-9 * size)
        case "avg":
            return Cell(float(sum(values)) / len(values), {None}, (tolerance + 1e-9 * size) / len(values))
        case "max":
            return Cell(max(values), {None}, tolerance)
        case "min":
            return Cell(min(values), {None}, tolerance)
    raise ValueError(function)


def share(cell, total):
    """A suppressed figure's share is suppressed for its reason."""
    if gated(cell) is None or not total.value:
        return Cell(None, cell.outcomes)
    value = cell.value / total.value
    error = (cell.tolerance + abs(value) * total.tolerance) / abs(total.value) + 1e-9 * abs(value)
    return Cell(value, cell.outcomes, error)


def difference(a, b):
    outcomes = a.outcomes | b.outcomes
    if not (a.shown and b.shown):
        outcomes = outcomes - {None}
    if a.value is None or b.value is None:
        return Cell(None, outcomes)
    return Cell(a.value - b.value, outcomes, a.tolerance + b.tolerance)


def product_of(sets):
    if not sets:
        return [()]
    return [(first, *rest) for first in sets[0] for rest in product_of(sets[1:])]

"""What stands above the cut: arithmetic, HAVING, ORDER BY and LIMIT on gated cells."""

import functools
import operator
from dataclasses import dataclass

from .figures import Cell

COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


@dataclass
class Expected:
    """The answer that is right: its rows of items (labels are plain values, the rest cells)."""

    rows: list[list]
    ordered: bool  # the order of the rows is fixed
    left_out: bool  # some group was left out at the cut
    told: set  # whether something tells of everybody in a group
    sure: bool  # no near tie decides which rows there are


def expected(question, cells):
    rows = list(cells.rows)
    used = {n for n, _, _ in question.having} | {n for way, n, _ in question.order if way == "figure"}
    sure = all(row[1][n].sure for row in rows for n in used)
    for n, word, constant in question.having:
        rows = [row for row in rows if holds(row[1][n], word, constant)]
    for way, n, descending in reversed(question.order):
        rows = sorted_by(rows, way, n, descending)
    if question.limit is not None:
        rows = rows[: question.limit]
    made = [[item_of(item, labels, figures) for item in question.items] for labels, figures in rows]
    return Expected(made, bool(question.order), bool(cells.left_out), cells.told, sure)


def gated(cell):
    """A cell's value as the stages above the cut see it."""
    return cell.value if cell.shown else None


def holds(cell, word, constant):
    value = gated(cell)
    return value is not None and COMPARE[word](value, constant)


def sorted_by(rows, way, n, descending):
    """A stable sort: suppressed figures last, before them missing values."""
    if way == "figure":
        rows = sorted_on(rows, lambda row: gated(row[1][n]), descending)
        return sorted(rows, key=lambda row: not row[1][n].shown)
    return sorted_on(rows, lambda row: row[0][n], descending)


def sorted_on(rows, value, descending):

    def compare(a, b):
        a, b = value(a), value(b)
        if a is None or b is None:
            return (a is None) - (b is None)
        return (a > b) - (a < b) if not descending else (b > a) - (b < a)

    return sorted(rows, key=functools.cmp_to_key(compare))


def item_of(item, labels, figures):
    if item.way == "key":
        return labels[item.of[0]]
    parts = [figures[n] for n in item.of]
    if item.way == "figure":
        return parts[0]
    outcomes = set().union(*(p.outcomes for p in parts))
    if not all(p.shown for p in parts):
        outcomes.discard(None)  # what is made of a suppressed cell is suppressed, for one of its reasons
    if any(p.value is None for p in parts):
        return Cell(None, outcomes, max(p.tolerance for p in parts))
    value, tolerance = ARITHMETIC[item.way](*parts)
    return Cell(value, outcomes, tolerance)


def ratio(a, b):
    """`1.0 * a / nullif(b, 0)` and its error."""
    if b.value == 0:
        return None, 0.0
    value = a.value / b.value
    return value, (a.tolerance + abs(value) * b.tolerance) / abs(b.value) + 1e-9 * abs(value)


def difference(a, b):
    return a.value - b.value, a.tolerance + b.tolerance


def double(a):
    return 2 * a.value, 2 * a.tolerance


ARITHMETIC = {"ratio": ratio, "difference": difference, "double": double}

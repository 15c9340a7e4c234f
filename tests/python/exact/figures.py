"""One figure's cells, worked out by DuckDB from the rows of `u` that feed it."""

from dataclasses import dataclass, field
from decimal import Decimal

from . import parting, quantile, rules
from .expr import Atom
from .rules import MOMENTS


@dataclass
class Cell:
    """What may be said of a figure: its value, the reasons that are right (None: shown), the error allowed."""

    value: object
    outcomes: set
    tolerance: float = 0.0
    patients: int = field(default=0, compare=False)

    @property
    def sure(self):
        return len(self.outcomes) == 1

    @property
    def shown(self):
        return None in self.outcomes


@dataclass
class Fed:
    """How one figure is worked out from the rows of `u`."""

    function: str
    has_argument: bool
    atoms: tuple[Atom, ...] = ()  # the values that part its rows
    whole: bool = True  # it is made of whole numbers, and not rounded
    second: bool = False  # it has two arguments
    share: float = 0.5


CALLS = {"count": "count(*)", "count_distinct": "count(DISTINCT {0})", "stddev": "stddev_samp({0})", "var": "var_samp({0})"}
# How large a moment's rounding errors may be; nothing where it is not determined by the data.
SCALES = {
    1: "max(abs({0}))", "var": "var_pop({0})", "var_pop": "var_pop({0})", "corr": "1.0", "regr_slope": "stddev_pop({0}) / stddev_pop({1})",
    2: "stddev_pop({0}) * stddev_pop({1})",
}


def cells(db, labels, forms, n, fed):
    """label → cell."""
    there = f"m{n} IS TRUE" + (f" AND a{n} IS NOT NULL" if fed.has_argument else "") + (f" AND c{n} IS NOT NULL" if fed.second else "")
    db.execute(f"CREATE OR REPLACE TEMP TABLE r AS SELECT * FROM u WHERE {there}")
    evidence = group_evidence(db, labels, forms, "r")
    if fed.function in ("sum", "avg") or fed.function in MOMENTS:
        shares(db, labels, n, evidence)
    for label, found in parting.parted(db, labels, n, fed.atoms).items():
        evidence[label].parted = found
    if fed.function == "quantile":
        values = quantile.quantiles(db, labels, n, fed.share, evidence)
    elif fed.function in MOMENTS:
        values = moments(db, labels, n, fed.function)
    else:
        values = plain(db, labels, n, fed.function, evidence)
    out = {}
    for label, e in evidence.items():
        value, tolerance = values.get(label, (None, 0.0))
        if fed.function == "quantile":
            value = rules.rounded(value, rules.QUANTILE_DIGITS)
        elif not fed.whole:
            value = rules.rounded(value)
        out[label] = Cell(value, rules.reasons(fed.function, e), tolerance, e.patients)
    return out


def nobody(function):
    """A figure that no row feeds."""
    return Cell(0 if function.startswith("count") else None, {None})


def plain(db, labels, n, function, evidence):
    """label → (value, error allowed): sums of floats depend on their order, to 1e-9 of what was added up,
    without signs."""
    call = CALLS.get(function, function + "({0})").format(f"a{n}")
    out = {}
    for *label, value in grouped(db, labels, call, "r"):
        e = evidence[tuple(label)]
        value = float(value) if isinstance(value, Decimal) else value
        rows = 1 if function == "sum" else max(1, e.patients)
        out[tuple(label)] = (value, 1e-9 * max(abs(value), float(e.total) / rows) if isinstance(value, float) else 0.0)
    return out


def moments(db, labels, n, function):
    arguments = [f"a{n}::DOUBLE"] + ([f"c{n}::DOUBLE"] if MOMENTS[function] == 2 else [])
    call = CALLS.get(function, f"{function}({', '.join(arguments)})").format(*arguments)
    scale = SCALES.get(function, SCALES[MOMENTS[function]]).format(*arguments)
    spread = " AND ".join(f"stddev_pop({a}) > 1e-12 * max(abs({a}))" for a in arguments)
    out = {}
    for *label, value, scale in grouped(db, labels, f"CASE WHEN {spread} THEN {call} END, CASE WHEN {spread} THEN {scale} END", "r"):
        out[tuple(label)] = (value, float("inf") if value is None else 1e-7 * abs(value) + 1e-9 * float(scale))
    return out


def group_evidence(db, labels, forms, table):
    """label → who stands behind the rows of `table`."""
    counts = ["count(DISTINCT p)"]
    for n, form in enumerate(forms):
        one, many = f"count(DISTINCT i{n})", f"len(list_distinct(flatten(list(i{n}) FILTER (i{n} IS NOT NULL))))"
        counts.append(one if form == "one" else f"coalesce({many}, 0)")
    out = {}
    for row in grouped(db, labels, ", ".join(counts), table):
        out[row[: len(labels)]] = rules.Evidence(row[len(labels)], tuple(row[len(labels) + 1 :]))
    return out


def shares(db, labels, n, evidence):
    """Adds the two largest contributions and their total."""
    key = ", ".join([*labels, "p"])
    db.execute(f"CREATE OR REPLACE TEMP TABLE c AS SELECT {key}, abs(sum(a{n})) AS c FROM r WHERE p IS NOT NULL GROUP BY {key}")
    for row in grouped(db, labels, "max(c, 2), sum(c)", "c"):
        e = evidence[row[:-2]]
        e.largest, e.second = (*(row[-2] or ()), 0, 0)[:2]
        e.total = row[-1] or 0


def grouped(db, labels, calls, table):
    """Rows of labels and `calls` for each group of `table`; none if the table is empty."""
    having = "HAVING count(*) > 0"
    group = f"GROUP BY {', '.join(labels)}" if labels else ""
    return db.execute(f"SELECT {', '.join([*labels, calls])} FROM {table} {group} {having}").fetchall()

"""The figures of a question and the evidence behind each, worked out by DuckDB.

DuckDB makes one table `u` of the rows that the question is about: the row's patient `p`, its
institutions `i0`, `i1`, …, its labels `k0` … and for each figure the argument `a0` …, whether its
FILTER keeps the row, `m0` …, and the values inside the argument that part the rows, `b0_0`, `b0_1` ….
Everything else is counted from `u`, figure by figure.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from . import group, parting, rules
from .data import PATIENT_TABLES, PUBLIC_TABLES
from .expr import conjunction, literal


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
class Cells:
    """What comes out of the cut: rows of (labels, cells), and how many groups were left out."""

    rows: list[tuple[tuple, list[Cell]]] = field(default_factory=list)
    left_out: list[tuple] = field(default_factory=list)
    told: set = field(default_factory=lambda: {False})  # whether something tells of everybody in a group


@dataclass
class Fed:
    """How one figure is worked out from the rows of `u`."""

    function: str
    has_argument: bool
    sharps: tuple[bool, ...] = ()  # for each value that parts the rows, whether it is sharp
    whole: bool = True  # it is made of whole numbers, and not rounded


def connect(folder):
    """DuckDB with the generated tables."""
    db = duckdb.connect(config={"threads": 1})
    for name in (*PATIENT_TABLES, *PUBLIC_TABLES):
        columns = (PATIENT_TABLES.get(name) or PUBLIC_TABLES[name])[1]
        types = {"int": "BIGINT", "float": "DOUBLE", "text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN"}
        given = ", ".join(f"'{c.s}': '{types[c.kind]}'" for c in columns)
        db.execute(f"CREATE TABLE {name} AS FROM read_csv('{folder}/sorted/{name}.csv', header=true, types={{{given}}})")
    return db


def cells(db, question):
    """The gated cells of a question."""
    inner = rows_of(db, question)
    figures = [Fed(f.function, f.argument is not None, tuple(s for _, s in f.atoms), f.whole) for f in question.figures]
    forms = [form for form, _ in question.rel.institutions]
    made = judged(db, len(question.keys), forms, figures, all(k.code for k in question.keys))
    for cells in inner:
        made.told = {a or b for a in made.told for b in cells.told}
    return made


def rows_of(db, question):
    """Makes `u` out of a generated question; returns the cells of its thresholds."""
    rel = question.rel
    where = conjunction([c for c in (rel.where, question.where) if c])
    ctes = "WITH " + ", ".join(d for _, d in rel.ctes) + " " if rel.ctes else ""
    items = [f"{rel.patient[1]} AS p"] + [f"{text} AS i{n}" for n, (_, text) in enumerate(rel.institutions)]
    items += [f"{k.d} AS k{n}" for n, k in enumerate(question.keys)]
    for n, f in enumerate(question.figures):
        items.append(f"{f.argument.d if f.argument else 1} AS a{n}")
        items.append(f"{f.filter.d if f.filter else 'TRUE'} AS m{n}")
        items += [f"{d} AS b{n}_{j}" for j, (d, _) in enumerate(f.atoms)]
    text = f"{ctes}SELECT {', '.join(items)} FROM {rel.d}" + (f" WHERE {where.d}" if where else "")
    inner = [cells(db, threshold) for threshold in question.inner]
    constants = [literal(figure_of(made)) for made in inner]
    text = re.sub(r"§(\d+)§", lambda m: f"({constants[int(m[1])]})", text)
    db.execute(f"CREATE OR REPLACE TEMP TABLE u AS {text}")
    return inner


def figure_of(made):
    """The one figure of a threshold: NULL where the gate keeps it."""
    ((_, (cell,)),) = made.rows
    assert cell.sure, "a threshold at a near tie"
    return cell.value if cell.shown else None


def judged(db, keys, forms, figures, codes_only):
    """Cells of `u`: number of labels, forms of the institutions, the figures, and whether all labels are
    codes. Labels without figures (DISTINCT) show like figures do."""
    codes_only = codes_only and bool(figures)
    labels = [f"k{n}" for n in range(keys)]
    groups = group_evidence(db, labels, forms, "u")
    if not labels:
        groups.setdefault((), rules.Evidence(institutions=(0,) * len(forms)))
    columns = [figure_cells(db, labels, forms, n, figure) for n, figure in enumerate(figures)]
    out = Cells()
    for label, evidence in groups.items():
        if codes_only or rules.thin_group(evidence) is None:
            out.rows.append((label, [cells.get(label) or nobody(f.function) for cells, f in zip(columns, figures)]))
        else:
            out.left_out.append(label)
    out.told = group.told(out, figures, inhabited(groups, columns, codes_only))
    return out


def inhabited(groups, columns, codes_only):
    """Labels that somebody is behind: of a figure's rows, or of any row where the labels are looked at."""
    anybody = {label for label, e in groups.items() if e.patients and not codes_only}
    return anybody | {label for cells in columns for label, cell in cells.items() if cell.patients}


def nobody(function):
    """A figure that no row feeds."""
    return Cell(0 if function.startswith("count") else None, {None})


def figure_cells(db, labels, forms, n, figure):
    function = figure.function
    fed = f"m{n} IS TRUE" + (f" AND a{n} IS NOT NULL" if figure.has_argument else "")
    db.execute(f"CREATE OR REPLACE TEMP TABLE r AS SELECT * FROM u WHERE {fed}")
    evidence = group_evidence(db, labels, forms, "r")
    call = {"count": "count(*)", "count_distinct": f"count(DISTINCT a{n})"}.get(function, f"{function}(a{n})")
    values = {row[:-1]: row[-1] for row in grouped(db, labels, call, "r")}
    if function in ("sum", "avg"):
        shares(db, labels, n, evidence)
    for label, found in parting.parted(db, labels, n, figure.sharps).items():
        evidence[label].parted = found
    out = {}
    for label, e in evidence.items():
        value = float(values[label]) if isinstance(values[label], Decimal) else values[label]
        tolerance = 0.0
        if isinstance(value, float):
            # Sums of floats depend on their order: to 1e-9 of what was added up, without signs.
            rows = 1 if function == "sum" else max(1, e.patients)
            tolerance = 1e-9 * max(abs(value), float(e.total) / rows)
        if not figure.whole:
            value = rules.rounded(value)
        out[label] = Cell(value, rules.reasons(function, e), tolerance, e.patients)
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

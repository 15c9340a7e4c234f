"""The figures of a question and the evidence behind each, worked out by DuckDB.

DuckDB makes one table `u` of the rows that the question is about: the row's patient `p`, its
institutions `i0`, `i1`, …, its labels `k0` … and for each figure the arguments `a0` and `c0` …, whether its
FILTER keeps the row, `m0` …, and the values inside the argument that part the rows, `b0_0`, `b0_1` ….
Everything else is counted from `u`, figure by figure.
"""

import re
from dataclasses import dataclass, field

import duckdb

from . import figures, group, rules
from .data import PATIENT_TABLES, PUBLIC_TABLES
from .expr import conjunction, literal
from .figures import Cell, Fed


@dataclass
class Cells:
    """What comes out of the cut: rows of (labels, cells), and how many groups were left out."""

    rows: list[tuple[tuple, list[Cell]]] = field(default_factory=list)
    left_out: list[tuple] = field(default_factory=list)
    told: set = field(default_factory=lambda: {False})  # whether something tells of everybody in a group


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
    feds = [Fed(f.function, f.argument is not None, f.atoms, f.whole, f.second is not None, f.share) for f in question.figures]
    forms = [form for form, _ in question.rel.institutions]
    made = judged(db, len(question.keys), forms, feds, all(k.code for k in question.keys))
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
        if f.second:
            items.append(f"{f.second.d} AS c{n}")
        items.append(f"{f.filter.d if f.filter else 'TRUE'} AS m{n}")
        items += [f"{a.d} AS b{n}_{j}" for j, a in enumerate(f.atoms)]
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


def judged(db, keys, forms, feds, codes_only):
    """Cells of `u`: number of labels, forms of the institutions, the figures, and whether all labels are
    codes. Labels without figures (DISTINCT) show like figures do."""
    codes_only = codes_only and bool(feds)
    labels = [f"k{n}" for n in range(keys)]
    groups = figures.group_evidence(db, labels, forms, "u")
    if not labels:
        groups.setdefault((), rules.Evidence(institutions=(0,) * len(forms)))
    columns = [figures.cells(db, labels, forms, n, fed) for n, fed in enumerate(feds)]
    out = Cells()
    for label, evidence in groups.items():
        if codes_only or rules.thin_group(evidence) is None:
            out.rows.append((label, [cells.get(label) or figures.nobody(f.function) for cells, f in zip(columns, feds)]))
        else:
            out.left_out.append(label)
    out.told = group.told(out, feds, {label for label, e in groups.items() if e.patients})
    return out

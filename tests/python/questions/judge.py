"""Compares an answer with the oracle, cell by cell."""

import datetime
import decimal
from collections import defaultdict
from dataclasses import dataclass, field

import duckdb
from sqlglot.errors import SqlglotError

from .evidence import Unknown
from .gated import gate

TOLERANCE = 1e-9
# Quantiles are rounded to the policy's step before they are shown, and an approximate one is approximate.
LOOSE = {"quantile": 0.05}


@dataclass
class Truth:
    """What DuckDB says of a question: rows of plain values."""

    true: list
    safe: list | None = None  # the same with NULL in unsafe cells; None: the oracle can't tell
    figures: list = field(default_factory=list)  # of each column: is it made of figures?
    why: str = ""  # why the oracle can't tell


@dataclass
class Judged:
    """Counts of cells; a cell is a figure in a row, labels are none."""

    verdict: str
    code: str = ""
    known: bool = False  # whether the oracle can tell which cells are safe
    safe: int = 0
    safe_released: int = 0
    released: int = 0
    right: int = 0
    published: int = 0  # right when worked out from the published cells only, and not otherwise
    unannounced: int = 0  # such ones without a notice that says so
    unsafe_released: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    suppressed: dict = field(default_factory=lambda: defaultdict(int))
    held_back: list = field(default_factory=list)  # safe cells that the answer hides, with its reason


def truth(db, schema, tables, question):
    """Asks DuckDB, once plainly and once gated."""
    sql = question.duckdb or question.sql
    found = Truth(rows(db, sql))
    try:
        gated, found.figures = gate(sql, schema, tables)
        found.safe = rows(db, gated)
    except (Unknown, SqlglotError, duckdb.Error) as error:
        found.why = str(error).splitlines()[0]
    return found


def rows(db, sql):
    return [[plain(value) for value in row] for row in db.execute(sql).fetchall()]


def judge(truth, answer, needs=None):
    """One question in one run."""
    out = Judged(answer["verdict"], (answer.get("refusal") or answer.get("failure") or {}).get("code", ""))
    out.known = truth.safe is not None
    figures = truth.figures
    if not out.known:
        figures = [not label for label in labels(truth.true)]
    columns = [n for n, figure in enumerate(figures) if figure]
    shown = keyed([[plain(v) for v in row] for row in answer.get("rows") or []], columns)
    true, safe = keyed(truth.true, columns), keyed(truth.safe or [], columns)
    loose = LOOSE.get(needs, TOLERANCE)
    published = any(n["code"] == "published_cells_only" for n in answer.get("notices") or [])
    for cell in answer.get("suppressed") or []:
        out.suppressed[cell["reason"]] += 1
    reasons = {(cell["row"], cell["column"]): cell["reason"] for cell in answer.get("suppressed") or []}
    place = {key: number for number, key in enumerate(shown)}
    for key, row in safe.items():
        for n in columns:
            if row[n] is None:
                continue
            out.safe += 1
            if shown.get(key, {n: None})[n] is not None:
                out.safe_released += 1
            elif out.verdict == "released":
                out.held_back.append((key, n, row[n], reasons.get((place.get(key), n), "left out")))
    for key, row in shown.items():
        for n in columns:
            value = row[n]
            if value is None:
                continue
            out.released += 1
            known = key in safe and same(value, safe[key][n], loose)
            # A group that a suppressed one lets move up into the LIMIT is right, though no such row is in the true table.
            if same(value, true[key][n], loose) if key in true else known:
                out.right += 1
            elif known:
                out.published += 1
                out.unannounced += not published
            else:
                out.wrong.append((key, n, value, true.get(key, {n: "no such row"})[n]))
            if out.known and value != 0 and (key not in safe or safe[key][n] is None):
                out.unsafe_released.append((key, n, value))
    return out


def keyed(table, figures):
    """Rows by their labels; those with the same labels in the order they came."""
    found, seen = {}, defaultdict(int)
    for row in table:
        key = tuple(v for n, v in enumerate(row) if n not in figures)
        seen[key] += 1
        found[(*key, seen[key])] = row
    return found


def labels(table):
    """A guess at the columns that are labels, where nobody can tell: text and all before it."""
    if not table:
        return []
    text = [any(isinstance(row[n], str) for row in table) for n in range(len(table[0]))]
    last = max((n for n, is_text in enumerate(text) if is_text), default=-1)
    return [n <= last for n in range(len(text))]


def same(a, b, tolerance):
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and not isinstance(a, bool):
        return abs(a - b) <= tolerance * max(1, abs(b))
    return a == b


def plain(value):
    """Dates and numbers in one form, whoever wrote them."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        value = value.isoformat()
    if isinstance(value, decimal.Decimal):
        value = float(value)
    if isinstance(value, str):
        return value.removesuffix("T00:00:00")
    return int(value) if isinstance(value, float) and value.is_integer() else value

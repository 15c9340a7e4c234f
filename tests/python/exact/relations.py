"""What stands in FROM, in two dialects.

DuckDB's text carries what the enclave hides: the row's patient as `p_` and the institutions of
each patient table's rows as `i0_`, `i1_`, … (one key, or the set of keys behind a summed-up row).
"""

from dataclasses import dataclass, field, replace

from .data import PATIENT_TABLES, PUBLIC_TABLES
from .expr import Expr, build, column, conjunction, literal, of_patient, qualified


@dataclass
class Rel:
    """A relation whose rows each belong to one patient (to none, if `patient` is None: a public one)."""

    s: str
    d: str
    columns: list[Expr]
    patient: tuple[str, str] | None  # for Sekisho (None: not selected), for DuckDB
    institutions: list[tuple[str, str]] = field(default_factory=list)  # ("one" | "set", DuckDB's text)
    where: Expr | None = None  # a comma join's condition
    ctes: list[tuple[str, str]] = field(default_factory=list)
    tags: set = field(default_factory=set)
    keys: list[Expr] = field(default_factory=list)  # keys that may be counted

    def of_kind(self, *kinds, exact=False):
        return [c for c in self.columns if c.kind in kinds and (c.exact or not exact)]


def base(name, alias):
    """A table of patients under an alias."""
    institution, columns = PATIENT_TABLES[name]
    key = f"{alias}.patient"
    institutions = [("one", f"{alias}.{institution}")] if institution else []
    keys = [Expr(text, text, "text", tags=frozenset({"key_counted"})) for text in [key] + [t for _, t in institutions]]
    columns = [qualified(alias, c) for c in columns]
    return Rel(f"{name} {alias}", f"{name} {alias}", columns, (key, key), institutions, keys=keys)


def combined(left, right, s, d, tags, where=None, patient=None):
    return Rel(
        s, d, left.columns + right.columns, patient or left.patient or right.patient, left.institutions + right.institutions,
        conjunction([c for c in (left.where, right.where, where) if c]),
        left.ctes + right.ctes, left.tags | right.tags | tags, left.keys + right.keys,
    )


WORDS = {
    "on": "JOIN", "using": "INNER JOIN", "left": "LEFT JOIN", "left_using": "LEFT JOIN", "right": "RIGHT JOIN",
    "right_using": "RIGHT JOIN", "full": "FULL JOIN", "full_using": "FULL JOIN",
}


def join(left, right, rng, extra=None, keyed=False):
    """Joins two relations of patients on the patient, in one of the ways SQL has for it."""
    ways = [*WORDS, "on", "using", "comma", "comma"] if extra is None else ["on", "left", "right"]
    way = rng.choice([w for w in ways if not (keyed and w.startswith("full"))])
    on = Expr(f"{left.patient[0]} = {right.patient[0]}", f"{left.patient[1]} = {right.patient[1]}", "bool")
    if extra is not None:
        on = conjunction([on, extra])
    if way == "comma":
        return combined(left, right, f"{left.s}, {right.s}", f"{left.d}, {right.d}", {"join_comma"}, on)
    patient = left.patient
    if way.startswith("right"):
        patient = right.patient
    if way.startswith("full"):
        patient = (None, f"coalesce({left.patient[1]}, {right.patient[1]})")
    if way.startswith(("right", "full")):
        left = maybe_missing(left)
    if way.startswith(("left", "full")):
        right = maybe_missing(right)
    s = f"{left.s} {WORDS[way]} {right.s} " + ("USING (patient)" if "using" in way else f"ON {on.s}")
    tags = {f"join_{way.removesuffix('_using') if way != 'using' else way}"} | set(on.tags)
    return combined(left, right, s, f"{left.d} {WORDS[way]} {right.d} ON {on.d}", tags, patient=patient)


def maybe_missing(rel):
    """A relation that an outer join may leave empty: who has no match is the question's condition."""
    return replace(rel, columns=[gentle(c) for c in rel.columns])


def gentle(c):
    return replace(c, parts="gentle") if c.parts == "free" else c


def with_public(left, rng, outer=False):
    """Joins a public table on its code, if the relation has that code. `outer`: it may also come first, or all
    of it may be kept; then a row may be nobody's, and is left out again."""
    choices = [
        (name, key, mine) for name, (key, _) in PUBLIC_TABLES.items()
        for mine in left.columns if mine.s.split(".")[-1] == key
    ]
    if not choices:
        return left
    name, key, mine = rng.choice(choices)
    columns = [qualified("m", c) for c in PUBLIC_TABLES[name][1]]
    public = Rel(f"{name} m", f"{name} m", columns, None)
    on = build(f"{{0}} = m.{key}", mine, kind="bool")
    # After a comma, ON sees only the last table.
    if rng.random() < 0.2 or "join_comma" in left.tags:
        return combined(left, public, f"{left.s}, {public.s}", f"{left.d}, {public.d}", {"public_comma"}, on)
    if outer and left.patient[0] and rng.random() < 0.4:
        # No figure may take in rows that are nobody's.
        somebodys = Expr(f"{left.patient[0]} IS NOT NULL", f"{left.patient[1]} IS NOT NULL", "bool")
        word = rng.choice(["LEFT", "RIGHT", "FULL"])
        first, second = (public, maybe_missing(left)) if word == "LEFT" else (maybe_missing(left), public)
        patient = (None, left.patient[1])
        texts = (f"{getattr(first, x)} {word} JOIN {getattr(second, x)} ON {getattr(on, x)}" for x in "sd")
        return combined(first, second, *texts, {"public_outer"}, somebodys, patient)
    word = rng.choice(["JOIN", "LEFT JOIN"])
    s, d = f"{left.s} {word} {public.s} ON {on.s}", f"{left.d} {word} {public.d} ON {on.d}"
    return combined(left, public, s, d, {"public_left" if word == "LEFT JOIN" else "public_join"})


def with_listed(left, rng):
    """Joins a list that the question writes itself, or makes of a public table: it says who gets which value."""
    mine = rng.choice([c for c in left.columns if c.kind == "text" and c.domain])
    codes = rng.sample(list(mine.domain), k=min(len(mine.domain), rng.randint(2, 6)))
    if mine.s.endswith(".dx") and rng.random() < 0.5:
        text = "(SELECT dx AS c, weight * 2 AS k FROM icd) w"
    else:
        rows = ", ".join(f"({literal(code)}, {rng.randint(0, 2)})" for code in codes)
        text = f"(VALUES {rows}) w(c, k)"
    column_of = Expr("w.k", "w.k", "int", True, True, (0, 1, 2), parts="sharp")
    listed = Rel(text, text, [column_of], None)
    word = rng.choice(["JOIN", "LEFT JOIN"])
    s, d = (f"{getattr(left, x)} {word} {text} ON w.c = {getattr(mine, x)}" for x in "sd")
    return combined(left, listed, s, d, {"listed"})


def select(rel, items, where, alias, *, distinct=False, group=None, hide_patient=False):
    """The two texts of `SELECT items FROM rel WHERE where` and the columns that come out.

    items: (name, expression). `group` holds expressions to group by beside the patient; then the
    items hold aggregates and the institutions become sets. `distinct` does the same to all items.
    """
    where = conjunction([c for c in (rel.where, where) if c])
    shown = [f"{rel.patient[0]} AS patient"] if not hide_patient else []
    s = f"SELECT {'DISTINCT ' if distinct else ''}" + ", ".join(
        shown + [f"{e.s} AS {name}" for name, e in items]
    )
    hidden, institutions = [f"{rel.patient[1]} AS p_"], []
    keys = [e.d for _, e in items] if distinct else [e.d for e in group or []]
    summed = distinct or group is not None
    for n, (form, text) in enumerate(rel.institutions):
        if not summed:
            hidden.append(f"{text} AS i{n}_")
            institutions.append((form, f"{alias}.i{n}_"))
        else:
            gathered = f"list({text})" if form == "one" else f"flatten(list({text}) FILTER ({text} IS NOT NULL))"
            hidden.append(f"list_distinct({gathered}) AS i{n}_")
            institutions.append(("set", f"{alias}.i{n}_"))
    inside = {name: tuple(of_patient(e.inside) if summed and e.d in keys else e.inside) for name, e in items}
    hidden += [f"{a.d} AS {name}_{n}_" for name, atoms in inside.items() for n, a in enumerate(atoms)]
    d = "SELECT " + ", ".join(hidden + [f"{e.d} AS {name}" for name, e in items])
    s += f" FROM {rel.s}" + (f" WHERE {where.s}" if where else "")
    d += f" FROM {rel.d}" + (f" WHERE {where.d}" if where else "")
    if group is not None:
        s += " GROUP BY " + ", ".join([rel.patient[0]] + [e.s for e in group])
    if summed:
        d += " GROUP BY " + ", ".join([rel.patient[1]] + keys)
    columns = []
    for name, e in items:
        within = tuple(a._replace(d=f"{alias}.{name}_{n}_")
                       for n, a in enumerate(inside[name]))
        columns.append(qualified(alias, replace(e, s=name, d=name, inside=within, was="", tags=frozenset())))
    patient = (None if hide_patient else f"{alias}.patient", f"{alias}.p_")
    return s, d, columns, patient, institutions


def derived(rel, items, where, alias, tag, *, as_cte=None, hide_patient=False, **how):
    """A subquery in FROM, or a common table expression of the name `as_cte`."""
    s, d, columns, patient, institutions = select(rel, items, where, alias, hide_patient=hide_patient, **how)
    ctes, tags = list(rel.ctes), rel.tags | {tag}
    if as_cte:
        ctes.append((f"{as_cte} AS ({s})", f"{as_cte} AS ({d})"))
        s = d = f"{as_cte} {alias}"
        tags.add("cte")
    else:
        s, d = f"({s}) {alias}", f"({d}) {alias}"
    if where is not None:
        tags |= where.tags
    keys = [] if hide_patient else [Expr(*patient, "text", tags=frozenset({"key_counted"}))]
    return Rel(s, d, columns, patient, institutions, None, ctes, tags, keys)


def union_all(branches, alias):
    """`UNION ALL` of selects of two tables; each branch is (relation, items, where).

    A row stands behind a figure with one institution, whichever branch it comes from: the branches'
    institutions are one column. Which branch a row comes from is the question's condition.
    """
    parts = [select(rel, items, where, alias) for rel, items, where in branches]
    width = max(len(institutions) for *_, institutions in parts)
    d_parts = []
    for rel, items, where in branches:
        hidden = ["NULL"] * width
        hidden[: len(rel.institutions)] = [text for _, text in rel.institutions]
        head = [f"{rel.patient[1]} AS p_"] + [f"{h} AS i{n}_" for n, h in enumerate(hidden)]
        head += [f"{e.d} AS {name}" for name, e in items]
        d_parts.append("SELECT " + ", ".join(head) + f" FROM {rel.d}" + (f" WHERE {where.d}" if where else ""))
    institutions = [("one", f"{alias}.i{n}_") for n in range(width)]
    columns = []
    for (name, a), (_, b) in zip(branches[0][1], branches[1][1]):
        kind = "float" if "float" in (a.kind, b.kind) else a.kind
        form = "sharp" if "sharp" in (a.parts, b.parts) else "gentle"
        both = column(name, kind, code=a.code and b.code, exact=a.exact and b.exact, domain=a.domain, parts=form)
        columns.append(qualified(alias, both))
    s, d = " UNION ALL ".join(s for s, *_ in parts), " UNION ALL ".join(d_parts)
    return Rel(f"({s}) {alias}", f"({d}) {alias}", columns, parts[0][3], institutions, None, [], {"union_all"})

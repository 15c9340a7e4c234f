"""The shapes of relations, keys and arguments that questions are made of."""

from dataclasses import replace

from . import relations
from .conditions import condition
from .data import PATIENT_TABLES
from .expr import Expr, build, literal, within

TABLES = list(PATIENT_TABLES)


def table(rng, alias="a"):
    rel = relations.base(rng.choices(TABLES, [2, 4, 3])[0], alias)
    rel.tags.add("table")
    return rel


def relation(rng):
    """A relation of one of the shapes."""
    shape, = rng.choices(
        [table, joined, master, narrowed, summed, summed_joined, distinct, unions, windowed, double],
        [6, 4, 3, 2, 3, 2, 1, 1.2, 1, 1],
    )
    return shape(rng)


def joined(rng):
    """Two tables of patients on the patient; sometimes with a second condition."""
    left, right = relations.base(rng.choice(TABLES), "a"), relations.base(rng.choice(TABLES), "b")
    extra = None
    days = [(x, y) for x in left.of_kind("date") for y in right.of_kind("date")]
    if rng.random() < 0.25 and days:
        extra = build("{0} <= {1}", *days[0], kind="bool", tags={"join_extra"})
    rel = relations.join(left, right, rng, extra)
    return relations.with_public(rel, rng) if rng.random() < 0.2 else rel


def master(rng):
    """A table of patients and a public one."""
    return relations.with_public(relations.base(rng.choice(["persons", "visits"]), "a"), rng)


def narrowed(rng):
    """A subquery or CTE that picks rows and columns; it need not select the patient."""
    rel = table(rng, "t")
    items = named(rng, rel)
    where = condition(rng, rel) if rng.random() < 0.6 else None
    as_cte = "w" if rng.random() < 0.5 else None
    hide = rng.random() < 0.4
    return relations.derived(rel, items, where, "a", "narrowed", as_cte=as_cte, hide_patient=hide)


def summed(rng, alias="a", hide=None, group=None):
    """One row a patient, or a patient and a code."""
    rel = table(rng, "t") if rng.random() < 0.8 else joined(rng)
    codes = [c for c in rel.columns if c.code and c.kind != "bool"]
    group = ([rng.choice(codes)] if codes and rng.random() < 0.35 else []) if group is None else group
    items = [("g0", c) for c in group] + [("n", count(rng, rel))]
    amounts = rel.of_kind("int", "float", exact=True)
    items.append(("total", summary(rng.choice(["sum", "avg"]), rng.choice(amounts))))
    where = condition(rng, rel) if rng.random() < 0.4 else None
    as_cte = f"w{alias}" if rng.random() < 0.35 else None
    hide = rng.random() < 0.4 if hide is None else hide
    made = relations.derived(rel, items, where, alias, "per_patient", as_cte=as_cte, group=group, hide_patient=hide)
    made.columns = [with_domain(c, {"n": (1, 2, 3, 6), "total": (10, 100, 500)}) for c in made.columns]
    return made


def summed_joined(rng):
    """Sums a patient, joined to the patients' table."""
    inner = summed(rng, "b", hide=False, group=[])
    rel = relations.join(relations.base(rng.choice(["persons", "persons", "visits"]), "a"), inner, rng)
    rel.tags.add("per_patient_joined")
    return rel


def distinct(rng):
    rel = table(rng, "t")
    items = [(f"x{n}", c) for n, c in enumerate(rng.sample(rel.columns, 2))]
    where = condition(rng, rel) if rng.random() < 0.4 else None
    return relations.derived(rel, items, where, "a", "distinct_rows", distinct=True)


def unions(rng):
    """Two tables of patients, one under the other."""
    branches = []
    first, second = relations.base("visits", "t"), relations.base(rng.choice(["labs", "visits"]), "r")
    picks = {
        "visits": ["kind", "day", "cost", "amount"],
        "labs": ["test", "taken", "grade", "value"],
    }
    for rel in (first, second):
        names = picks[rel.s.split()[0]]
        by_name = {c.s.split(".")[1]: c for c in rel.columns}
        where = condition(rng, rel) if rng.random() < 0.5 else None
        branches.append((rel, list(zip(["label", "at", "whole", "part"], (by_name[n] for n in names))), where))
    return relations.union_all(branches, "a")


def windowed(rng):
    """A window within each patient."""
    rel = relations.base(rng.choice(["visits", "labs"]), "t")
    amount = rng.choice(rel.of_kind("int", "float", exact=True))
    text = rng.choice(["count(*) OVER (PARTITION BY t.patient)", "sum({0}) OVER (PARTITION BY t.patient)"])
    kind = "int" if text.startswith("count") else amount.kind
    more = {"inside": ()} if text.startswith("count") else {}
    window = build(text, amount, kind=kind, code=False, parts="gentle", **more)
    made = relations.derived(rel, named(rng, rel) + [("over_all", window)], None, "a", "window")
    made.columns = [with_domain(c, {"over_all": (2, 5, 100)}) for c in made.columns]
    return made


def double(rng):
    """Sums of sums: a patient and a code, then the patient."""
    inner = summed(rng, "t", hide=False, group=None)
    if inner.ctes:
        return inner
    items = [("n", count(rng, inner)), ("total", summary("sum", next(c for c in inner.columns if c.s == "t.n")))]
    made = relations.derived(inner, items, None, "a", "per_patient_twice", group=[])
    made.columns = [with_domain(c, {"n": (1, 2, 3), "total": (2, 5, 10)}) for c in made.columns]
    return made


def named(rng, rel):
    """Some columns under new names."""
    picked = rng.sample(rel.columns, k=rng.randint(3, len(rel.columns)))
    if not any(c.kind in ("int", "float") and c.exact for c in picked):
        picked.append(rng.choice(rel.of_kind("int", "float", exact=True)))
    return [(f"x{n}", c) for n, c in enumerate(dict.fromkeys(picked))]


def count(rng, rel):
    return per_patient(rng.choice(["count(*)", "count({0})"]), rng.choice(rel.columns), kind="int", exact=True)


def summary(function, argument):
    """A sum is exact where its argument is; a mean can be compared, but sums of means are not exact."""
    if function == "avg":
        return per_patient("avg({0})", argument, kind="float", exact=False)
    return per_patient("sum({0})", argument, kind=argument.kind)


def per_patient(text, argument, **more):
    """One figure of a patient's rows: what is inside the argument is inside it, by its highest value."""
    parts = argument.atoms if argument.number and "{0}" in text else ()
    inside = tuple((f"max({d})", sharp) for d, sharp in parts)
    return build(text, argument, code=False, parts="gentle", inside=inside, **more)


def with_domain(c, domains):
    domain = domains.get(c.s.split(".")[-1])
    return replace(c, domain=domain) if domain and not c.domain else c


def key(rng, rel):
    """A grouping key: a column or an expression."""
    codes = [c for c in rel.columns if c.code]
    others = [c for c in rel.columns if not c.code and c.kind in ("int", "date")]
    if codes and (not others or rng.random() < 0.6):
        return rng.choice(codes)
    made = key_expression(rng, rel, codes, others)
    if made is None and not codes + others:
        made = build("{0} IS NULL", rng.choice(rel.columns), kind="bool")
    return made or rng.choice(codes or others)


def key_expression(rng, rel, codes, others):
    texts = [c for c in codes if c.kind == "text"]
    dates = [c for c in others if c.kind == "date"]
    numbers = [c for c in rel.columns if c.kind in ("int", "float") and c.exact and c.domain]
    way = rng.choice(["part", "part", "raw", "band", "case", "bool", "substr", "coalesce"])
    if way == "part" and dates:
        part = rng.choice(["year", "month", "quarter"])
        return build(f"date_part('{part}', {{0}})", rng.choice(dates), kind="int", tags={"key_date_part"})
    if way == "raw" and [c for c in others if c.kind == "int"]:
        return rng.choice([c for c in others if c.kind == "int"])
    if way == "band" and [c for c in numbers if c.s.endswith("birth_year")]:
        return build("{0} / 10 * 10", next(c for c in numbers if c.s.endswith("birth_year")), kind="int",
                     duck="{0} // 10 * 10", tags={"key_band"})
    if way == "case" and numbers:
        c = rng.choice(numbers)
        return build(f"CASE WHEN {{0}} < {literal(rng.choice(c.domain))} THEN 'low' WHEN {{0}} IS NULL THEN NULL ELSE 'high' END",
                     c, kind="text", code=True, tags={"key_case"})
    if way == "bool" and numbers:
        c = rng.choice(numbers)
        return build(f"{{0}} > {literal(rng.choice(c.domain))}", c, kind="bool", tags={"key_bool"})
    if way == "substr" and texts:
        return build("substr({0}, 1, 1)", rng.choice(texts), kind="text", tags={"key_substr"})
    if way == "coalesce" and texts:
        return build("coalesce({0}, 'none')", rng.choice(texts), kind="text", tags={"key_coalesce"})
    return None


def argument(rng, rel):
    """What is summed: a column, or arithmetic on one row."""
    numbers = rel.of_kind("int", "float")
    c = rng.choice(numbers)
    if rng.random() < 0.6:
        return c
    other = rng.choice(numbers)
    way = rng.choice(["times", "plus", "case", "abs", "coalesce", "divided", "cast", "cast_text"])
    if way == "times":
        return build("{0} * 2", c, kind=c.kind, tags={"arithmetic"})
    if way == "plus":
        kind = "float" if "float" in (c.kind, other.kind) else "int"
        return build("{0} + {1}", c, other, kind=kind, tags={"arithmetic"})
    if way == "case":
        when = condition(rng, rel, 1)
        return build("CASE WHEN {1} THEN {0} ELSE 0 END", c, when, kind=c.kind, inside=within(when, c), tags={"case_argument"})
    if way == "abs":
        below = (f"{c.d} < 0", True)
        return build("abs({0})", c, kind=c.kind, parts="gentle", inside=(below, *c.atoms), tags={way})
    if way == "coalesce":
        return build("coalesce({0}, 0)", c, kind=c.kind, inside=((f"{c.d} IS NULL", True), *c.atoms), tags={way})
    if way == "divided":
        # A zero divisor yields NULL. As floats, so that no remainder is cut off.
        return build("CAST({0} AS DOUBLE) / {1}", c, other, kind="float", exact=False, parts="gentle",
                     duck="CAST({0} AS DOUBLE) / nullif({1}, 0)", tags={"division"})
    texts = rel.of_kind("text")
    if way == "cast_text" and texts:
        # A text that is no number yields NULL.
        return build("CAST({0} AS BIGINT)", rng.choice(texts), kind="int", parts="gentle",
                     duck="TRY_CAST({0} AS BIGINT)", tags={"cast_text"})
    return build("CAST({0} AS DOUBLE)", c, kind="float", was=c.kind, tags={"cast"})

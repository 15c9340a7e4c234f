"""What stands in WHERE and FILTER: conditions on one row, semi-joins on the patient, thresholds."""

from .data import PATIENT_TABLES
from .expr import Expr, build, literal, qualified


def condition(rng, rel, depth=2):
    """A random condition over a relation's columns."""
    if depth and rng.random() < 0.35:
        way = rng.choice(["AND", "OR", "NOT"])
        first = condition(rng, rel, depth - 1)
        if way == "NOT":
            return build("NOT ({0})", first, kind="bool", tags={"not"})
        return build(f"({{0}}) {way} ({{1}})", first, condition(rng, rel, depth - 1), kind="bool", tags={way.lower()})
    return simple(rng, rng.choice(comparable(rel) or rel.columns), rel)


def comparable(rel):
    return [c for c in rel.columns if c.domain or c.kind == "bool"]


def simple(rng, c, rel):
    """One comparison on one column."""
    if rng.random() < 0.08 or not (c.domain or c.kind == "bool"):
        return build(rng.choice(["{0} IS NULL", "{0} IS NOT NULL"]), c, kind="bool", tags={"is_null"})
    if c.kind == "bool":
        return build(rng.choice(["{0}", "NOT {0}", "{0} IS TRUE", "{0} IS NOT TRUE", "{0} = FALSE"]), c, kind="bool")
    if c.kind == "text":
        return of_text(rng, c)
    ways = ["compare", "compare", "between", "column"] + (["in"] if c.kind == "int" else [])
    way = rng.choice(ways)
    others = [o for o in rel.of_kind("int", "float") if o != c] if c.kind in ("int", "float") else \
        [o for o in rel.of_kind("date") if o != c]
    if way == "column" and others:
        return build(f"{{0}} {rng.choice(['<', '>='])} {{1}}", c, rng.choice(others), kind="bool", tags={"column_to_column"})
    if way == "between":
        low, high = sorted(rng.choices(c.domain, k=2))
        word = rng.choice(["BETWEEN", "BETWEEN", "NOT BETWEEN"])
        return build(f"{{0}} {word} {literal(low)} AND {literal(high)}", c, kind="bool", tags={"between"})
    if way == "in":
        return among(rng, c)
    return build(f"{{0}} {rng.choice(['<', '<=', '>', '>='])} {literal(rng.choice(c.domain))}", c, kind="bool")


def of_text(rng, c):
    way = rng.choice(["equal", "unequal", "in", "in", "like"])
    value = rng.choice(c.domain)
    if way == "in":
        return among(rng, c)
    if way == "like":
        pattern = rng.choice([value[:1] + "%", "%" + value[-1:], value[:1] + "_" * (len(value) - 1)])
        return build(f"{{0}} {rng.choice(['LIKE', 'NOT LIKE'])} {literal(pattern)}", c, kind="bool", tags={"like"})
    return build(f"{{0}} {'=' if way == 'equal' else '<>'} {literal(value)}", c, kind="bool")


def among(rng, c):
    values = rng.sample(c.domain, k=min(len(c.domain), rng.randint(1, max(1, len(c.domain) // 2))))
    word = rng.choice(["IN", "IN", "NOT IN"])
    return build(f"{{0}} {word} ({', '.join(map(literal, values))})", c, kind="bool", tags={"in_list"})


def semi_join(rng, rel):
    """The patient is, or is not, among those of another table (under the alias `q`)."""
    name = rng.choice(list(PATIENT_TABLES))
    other = [qualified("q", c) for c in PATIENT_TABLES[name][1]]

    class Other:
        columns = other

        @staticmethod
        def of_kind(*kinds, exact=False):
            return [c for c in other if c.kind in kinds and (c.exact or not exact)]

    inner = condition(rng, Other, depth=1)
    negated = rng.random() < 0.35
    way = rng.choice(["in", "exists", "counted"])
    if way == "exists":
        text = f"EXISTS (SELECT 1 FROM {name} q WHERE q.patient = {{key}} AND ({{0}}))"
        text = ("NOT " if negated else "") + text
    else:
        word = "NOT IN" if negated else "IN"
        counted = f" GROUP BY q.patient HAVING count(*) >= {rng.randint(1, 4)}" if way == "counted" else ""
        text = f"{{key}} {word} (SELECT q.patient FROM {name} q WHERE {{0}}{counted})"
    tag = ("anti_" if negated else "semi_") + way
    s, d = (text.replace("{key}", key).format(side) for key, side in zip(rel.patient, (inner.s, inner.d)))
    return Expr(s, d, "bool", tags=frozenset(inner.tags | {tag}))


def threshold(rng, rel, inner, number):
    """A column against a figure of the whole population; the oracle fills in `§number§`."""
    c = rng.choice(rel.of_kind("int", "float"))
    word = rng.choice(["<", ">", ">=", "<="])
    s, d = f"{c.s} {word} ({inner.sql()})", f"{c.d} {word} §{number}§"
    return Expr(s, d, "bool", tags=frozenset({"threshold"}))

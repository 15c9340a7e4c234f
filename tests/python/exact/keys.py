"""Grouping keys: columns and expressions."""

from dataclasses import replace

from .conditions import condition
from .expr import build, literal


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
    way = rng.choice(["part", "part", "raw", "band", "case", "bool", "condition", "substr", "coalesce"])
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
    if way == "condition":
        made = condition(rng, rel, 1)
        return replace(made, tags=made.tags | {"key_condition"})
    if way == "bool" and numbers:
        c = rng.choice(numbers)
        return build(f"{{0}} > {literal(rng.choice(c.domain))}", c, kind="bool", tags={"key_bool"})
    if way == "substr" and texts:
        return build("substr({0}, 1, 1)", rng.choice(texts), kind="text", tags={"key_substr"})
    if way == "coalesce" and texts:
        return build("coalesce({0}, 'none')", rng.choice(texts), kind="text", tags={"key_coalesce"})
    return None

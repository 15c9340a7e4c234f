"""What is counted, summed or averaged: columns, arithmetic on one row, summaries of a patient's rows."""

from .conditions import condition
from .expr import Atom, build, case, of_patient, together


def argument(rng, rel, bare=0.5):
    """What is summed: a column, or arithmetic on one row."""
    numbers = rel.of_kind("int", "float")
    c = rng.choice(numbers)
    if rng.random() < bare:
        return c
    return rng.choice(WAYS)(rng, rel, c, rng.choice(numbers)) or c


def exact_argument(rng, rel, bare=0.6):
    """One whose sums do not depend on the order of rows."""
    made = argument(rng, rel, bare)
    return made if made.exact else rng.choice(rel.of_kind("int", "float", exact=True))


def wider(*parts):
    return "float" if any(p.kind == "float" for p in parts) else "int"


def times(rng, rel, c, other):
    return build("{0} * 2", c, kind=c.kind, tags={"arithmetic"})


def plus(rng, rel, c, other):
    text = rng.choice(["{0} + {1}", "{0} - {1}"])
    return build(text, c, other, kind=wider(c, other), parts=together(c, other), tags={"arithmetic"})


def product(rng, rel, c, other):
    if wider(c, other) == "int" and not c.code and not other.code:
        return None  # two large whole numbers: too large
    return build("{0} * {1}", c, other, kind=wider(c, other), exact=False, parts="gentle", tags={"product"})


def divided(rng, rel, c, other):
    # A zero divisor yields NULL. As floats, so that no remainder is cut off.
    return build("CAST({0} AS DOUBLE) / {1}", c, other, kind="float", exact=False, parts="gentle",
                 duck="CAST({0} AS DOUBLE) / nullif({1}, 0)", tags={"division"})


def scaled(rng, rel, c, other):
    return build("CAST({0} AS DOUBLE) / 4", c, kind="float", tags={"scaled"})


def branches(rng, rel, c, other):
    """A CASE of one, two or three branches; without ELSE a row may have no value."""
    several = [(condition(rng, rel, 1), rng.choice([c, c, other, None])) for _ in range(rng.choice([1, 1, 2, 3]))]
    if all(then is None for _, then in several):
        several[0] = several[0][0], c
    return case(several, rng.choice([0, 0, 0, None, "other"]), other, wider(*(then for _, then in several if then), other))


def yes_no(rng, rel, c, other):
    when = condition(rng, rel, 1)
    return build("{0} + 10 * CAST(({1}) AS BIGINT)", c, when, kind=c.kind, parts=together(c, when), tags={"bool_argument"})


def absolute(rng, rel, c, other):
    below = Atom(f"{c.d} < 0", True, "few")
    return build("abs({0})", c, kind=c.kind, parts="gentle", inside=(below, *c.atoms), tags={"abs"})


def filled(rng, rel, c, other):
    return build("coalesce({0}, 0)", c, kind=c.kind, inside=(Atom(f"{c.d} IS NULL", True, "few"), *c.atoms), tags={"coalesce"})


def larger(rng, rel, c, other):
    if c.kind != other.kind:
        return None
    which = Atom(f"{c.d} < {other.d}", True, "few")
    text = rng.choice(["greatest({0}, {1})", "least({0}, {1})"])
    inside = (which, *c.atoms, *other.atoms)
    return build(text, c, other, kind=c.kind, parts="gentle", inside=inside, tags={"greatest"})


def stepped(rng, rel, c, other):
    """Values that are put together: rounded, cut off, divided in steps, or the rest of such a division."""
    if c.kind == "float":
        text, kind, duck = rng.choice([
            ("floor({0})", "float", None), ("round({0})", "float", None), ("CAST({0} AS BIGINT)", "int", "CAST(trunc({0}) AS BIGINT)"),
        ])
        return build(text, c, kind=kind, exact=True, duck=duck, parts="gentle", tags={"steps"})
    if rng.random() < 0.5:
        times = Atom(f"{c.d} // 3", True)  # what a remainder leaves out
        return build("{0} % 3", c, kind="int", parts="sharp", inside=(times, *c.atoms), tags={"steps"})
    return build("{0} / 7", c, kind="int", duck="{0} // 7", parts="gentle", tags={"steps"})


def cast_text(rng, rel, c, other):
    texts = rel.of_kind("text")
    if not texts:
        return None
    # A text that is no number yields NULL.
    return build("CAST({0} AS BIGINT)", rng.choice(texts), kind="int", parts="gentle",
                 duck="TRY_CAST({0} AS BIGINT)", tags={"cast_text"})


def through_text(rng, rel, c, other):
    """A CASE stays one on its way through a text."""
    made = branches(rng, rel, c, other)
    if made.kind != "int":
        return None
    return build("CAST(CAST({0} AS VARCHAR) AS BIGINT)", made, kind="int", parts="gentle", tags={"through_text"})


def cast(rng, rel, c, other):
    return build("CAST({0} AS DOUBLE)", c, kind="float", was=c.kind, tags={"cast"})


WAYS = [times, plus, product, divided, scaled, branches, branches, branches, yes_no, absolute, filled, larger, stepped,
        cast_text, through_text, cast]


def count(rng, rel):
    c = rng.choice(rel.columns)
    if rng.random() < 0.25:
        kept = condition(rng, rel, 1)
        return per_patient("count(*) FILTER (WHERE {0})", kept, kind="int", exact=True)
    return per_patient(rng.choice(["count(*)", "count({0})"]), c, kind="int", exact=True)


def summary(function, argument):
    """A sum is exact where its argument is; a mean can be compared, but sums of means are not exact."""
    if function == "avg":
        return per_patient("avg({0})", argument, kind="float", exact=False)
    return per_patient("sum({0})", argument, kind=argument.kind)


def per_patient(text, argument, **more):
    """One figure of a patient's rows: what is inside the argument is inside it."""
    atoms = argument.atoms if "{0}" in text else ()
    if "FILTER" in text:  # who has rows that it leaves out
        atoms = (Atom(f"({argument.d}) IS TRUE", True, "few"),)
    inside = of_patient(atoms)
    return build(text, argument, code=False, parts="gentle", inside=tuple(inside), **more)

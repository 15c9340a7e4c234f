"""The shapes of relations that questions are made of."""

from dataclasses import replace

from . import relations
from .arguments import argument, count, exact_argument, summary
from .conditions import condition
from .data import PATIENT_TABLES
from .expr import build, of_patient

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


def joined(rng, keyed=False):
    """Two tables of patients on the patient; sometimes with a second condition. `keyed`: the row's patient is
    one side's column."""
    left, right = relations.base(rng.choice(TABLES), "a"), relations.base(rng.choice(TABLES), "b")
    extra = None
    days = [(x, y) for x in left.of_kind("date") for y in right.of_kind("date")]
    if rng.random() < 0.25 and days:
        extra = build("{0} <= {1}", *days[0], kind="bool", tags={"join_extra"})
    rel = relations.join(left, right, rng, extra, keyed)
    return relations.with_public(rel, rng) if rng.random() < 0.2 else rel


def master(rng):
    """A table of patients and a public one, or a list written in the question."""
    rel = relations.base(rng.choice(["persons", "visits"]), "a")
    return relations.with_listed(rel, rng) if rng.random() < 0.3 else relations.with_public(rel, rng, outer=True)


def narrowed(rng):
    """A subquery or CTE that picks rows and columns; it need not select the patient."""
    rel = table(rng, "t")
    items = named(rng, rel)
    if rng.random() < 0.4:
        items.append(("made", argument(rng, rel, bare=0)))
    where = condition(rng, rel) if rng.random() < 0.6 else None
    as_cte = "w" if rng.random() < 0.5 else None
    hide = rng.random() < 0.4
    return relations.derived(rel, items, where, "a", "narrowed", as_cte=as_cte, hide_patient=hide)


def summed(rng, alias="a", hide=None, group=None):
    """One row a patient, or a patient and a code."""
    rel = table(rng, "t") if rng.random() < 0.8 else joined(rng, keyed=True)
    codes = [c for c in rel.columns if c.code and c.kind != "bool"]
    group = ([rng.choice(codes)] if codes and rng.random() < 0.35 else []) if group is None else group
    items = [("g0", c) for c in group] + [("n", count(rng, rel))]
    items.append(("total", summary(rng.choice(["sum", "avg"]), exact_argument(rng, rel))))
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
    amount = exact_argument(rng, rel)
    text = rng.choice(["count(*) OVER (PARTITION BY t.patient)", "sum({0}) OVER (PARTITION BY t.patient)"])
    kind = "int" if text.startswith("count") else amount.kind
    inside = () if text.startswith("count") else (*amount.atoms, *of_patient(amount.atoms, " OVER (PARTITION BY t.patient)"))
    window = build(text, amount, kind=kind, code=False, parts="gentle", inside=inside)
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


def with_domain(c, domains):
    domain = domains.get(c.s.split(".")[-1])
    return replace(c, domain=domain) if domain and not c.domain else c

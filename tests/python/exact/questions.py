"""Whole questions: keys, figures and what stands above the cut, over a random relation."""

import random
import re
from dataclasses import dataclass, field

from . import shapes
from .conditions import condition, semi_join, threshold
from .expr import Expr, build, conjunction


@dataclass
class Figure:
    """One aggregate: `function` is count, count_distinct, sum or avg; no argument: count(*)."""

    function: str
    argument: Expr | None = None
    filter: Expr | None = None

    def sql(self):
        inner = "*" if self.argument is None else self.argument.s
        call = f"count(DISTINCT {inner})" if self.function == "count_distinct" else f"{self.function}({inner})"
        return call + (f" FILTER (WHERE {self.filter.s})" if self.filter else "")

    @property
    def exact(self):
        return self.function.startswith("count") or self.argument.exact

    @property
    def atoms(self):
        """The values that part its rows, as DuckDB reads them, each with whether it is sharp."""
        if self.argument is None or self.function == "count":
            return ()
        if self.function == "count_distinct" and not self.argument.number:
            return self.argument.own
        return self.argument.atoms

    @property
    def whole(self):
        return self.function.startswith("count") or self.argument.whole


@dataclass
class Item:
    """One column of the answer: a key, a figure, or arithmetic (`ratio`, `difference`, `double`) on figures."""

    way: str
    of: tuple[int, ...]


@dataclass
class Question:
    """A question in parts; `sql()` prints it for Sekisho."""

    rel: object
    where: Expr | None
    keys: list[Expr]
    figures: list[Figure]
    items: list[Item]
    having: list[tuple[int, str, float]] = field(default_factory=list)  # figure, comparison, constant
    order: list[tuple[str, int, bool]] = field(default_factory=list)  # ("figure" | "key", which, descending)
    limit: int | None = None
    distinct: bool = False  # SELECT DISTINCT keys, without figures
    by_position: bool = False
    inner: list["Question"] = field(default_factory=list)  # thresholds, as §0§, §1§, …

    def sql(self):
        ctes = "WITH " + ", ".join(s for s, _ in self.rel.ctes) + " " if self.rel.ctes else ""
        where = conjunction([c for c in (self.rel.where, self.where) if c])
        text = f"{ctes}SELECT {'DISTINCT ' if self.distinct else ''}"
        text += ", ".join(f"{self.item(i)} AS c{n}" for n, i in enumerate(self.items))
        text += f" FROM {self.rel.s}" + (f" WHERE {where.s}" if where else "")
        if self.keys and not self.distinct:
            text += " GROUP BY " + ", ".join(self.group_key(n) for n in range(len(self.keys)))
        if self.having:
            text += " HAVING " + " AND ".join(f"{self.figures[f].sql()} {word} {c!r}" for f, word, c in self.having)
        if self.order:
            text += " ORDER BY " + ", ".join(map(self.order_by, self.order))
        return text + (f" LIMIT {self.limit}" if self.limit is not None else "")

    def group_key(self, n):
        shown = [p for p, item in enumerate(self.items) if item.way == "key" and item.of == (n,)]
        return str(shown[0] + 1) if self.by_position and shown else self.keys[n].s

    def order_by(self, order):
        way, which, descending = order
        text = self.figures[which].sql() if way == "figure" else self.group_key(which)
        return f"{text} {'DESC' if descending else 'ASC'} NULLS LAST"

    def item(self, item):
        if item.way == "key":
            return self.keys[item.of[0]].s
        texts = [self.figures[n].sql() for n in item.of]
        return {
            "figure": "{0}", "ratio": "1.0 * {0} / nullif({1}, 0)", "difference": "{0} - {1}", "double": "2 * {0}",
        }[item.way].format(*texts)

    @property
    def tags(self):
        parts = [e for e in [*self.keys, self.where, self.rel.where, *(f.argument for f in self.figures),
                             *(f.filter for f in self.figures)] if e is not None]
        tags = set().union(self.rel.tags, *(e.tags for e in parts), *(q.tags for q in self.inner))
        tags |= {f.function for f in self.figures} | {i.way for i in self.items} | {f"keys_{len(self.keys)}"}
        for name in ("having", "order", "limit", "distinct", "by_position"):
            if getattr(self, name):
                tags.add(name)
        if any(f.filter for f in self.figures):
            tags.add("filter")
        return tags


def generate(seed, count):
    """`count` questions, always the same for a seed."""
    rng = random.Random(seed)
    return [question(rng) for _ in range(count)]


def question(rng):
    rel = shapes.relation(rng)
    keys = [shapes.key(rng, rel) for _ in range(rng.choices([0, 1, 2, 3], [2, 5, 4, 1])[0])]
    keys = list({k.s: k for k in keys}.values())
    if keys and rng.random() < 0.05:
        return finish_distinct(rng, rel, keys)
    conditions, inner = [], []
    while rng.random() < 0.45:
        conditions.append(condition(rng, rel))
    if rel.patient[0] and rng.random() < 0.15:
        conditions.append(semi_join(rng, rel))
    if rng.random() < 0.08 and rel.of_kind("int", "float"):
        inner.append(threshold_question(rng))
        conditions.append(threshold(rng, rel, inner[0], 0))
    figures = without_twins([figure(rng, rel) for _ in range(rng.choices([1, 2, 3, 4], [3, 4, 3, 1])[0])])
    items = [Item("key", (n,)) for n in range(len(keys))] + arithmetic(rng, figures)
    if rng.random() < 0.2:
        rng.shuffle(items)
    made = Question(rel, conjunction(conditions), keys, figures, items, inner=inner, by_position=rng.random() < 0.3)
    above_the_cut(rng, made)
    return made


def without_twins(figures):
    """Leaves out a figure that differs from another by a cast alone: DataFusion gives a cast the name
    of its operand, and does not take two aggregates of one name."""
    named = {}
    for f in figures:
        named.setdefault(re.sub(r"CAST\((.*?) AS \w+\)", r"\1", f.sql()), f)
    return list(named.values())


def finish_distinct(rng, rel, keys):
    items = [Item("key", (n,)) for n in range(len(keys))]
    where = condition(rng, rel) if rng.random() < 0.5 else None
    return Question(rel, where, keys, [], items, distinct=True)


def threshold_question(rng):
    """One figure of the whole population, now and then of few people."""
    rel = shapes.table(rng, "t")
    argument = rng.choice(rel.of_kind("int", "float", exact=True))
    where = condition(rng, rel) if rng.random() < 0.6 else None
    return Question(rel, where, [], [Figure("avg", argument)], [Item("figure", (0,))])


def figure(rng, rel):
    function = rng.choices(["count", "count_of", "count_distinct", "sum", "avg"], [3, 1.5, 1, 4, 3])[0]
    kept = condition(rng, rel, 1) if rng.random() < 0.15 else None
    if function in ("sum", "avg") and not rel.of_kind("int", "float"):
        function = "count"
    if function == "count":
        return Figure("count", None, kept)
    if function in ("count_of", "count_distinct"):
        argument = rng.choice(rel.keys if rel.keys and rng.random() < 0.4 else rel.columns)
        return Figure("count" if function == "count_of" else function, argument, kept)
    return Figure(function, shapes.argument(rng, rel), kept)


def arithmetic(rng, figures):
    """The answer's figures, some as arithmetic on two of them."""
    items = [Item("figure", (n,)) for n in range(len(figures))]
    if rng.random() < 0.15:
        a, b = rng.randrange(len(figures)), rng.randrange(len(figures))
        way = rng.choice(["ratio", "difference", "double"])
        items.append(Item(way, (a,) if way == "double" else (a, b)))
    return items


def above_the_cut(rng, q):
    exact = [n for n, f in enumerate(q.figures) if f.exact]
    if exact and q.keys and rng.random() < 0.2:
        n = rng.choice(exact)
        constant = {"count": 30, "count_distinct": 4, "sum": 2000, "avg": 50}[q.figures[n].function] * rng.choice([1, 1, 4])
        q.having.append((n, rng.choice([">", ">=", "<"]), constant))
    if q.keys and rng.random() < 0.3:
        if exact and rng.random() < 0.6:
            q.order.append(("figure", rng.choice(exact), rng.random() < 0.5))
        q.order += [("key", n, rng.random() < 0.3) for n in range(len(q.keys))]
        if rng.random() < 0.5:
            q.limit = rng.choice([1, 3, 5, 10])

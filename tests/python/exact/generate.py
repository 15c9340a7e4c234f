"""Random questions: the same for a seed."""

import random
import re

from . import arguments, keys, shapes
from .conditions import condition, semi_join, threshold
from .expr import conjunction
from .questions import Figure, Item, Question
from .rules import MOMENTS
from .stacked import Stacked


def generate(seed, count):
    """`count` questions, always the same for a seed."""
    rng = random.Random(seed)
    return [question(rng) for _ in range(count)]


def question(rng):
    if rng.random() < 0.06:
        return stacked_question(rng)
    rel = shapes.relation(rng)
    labels = some_keys(rng, rel, rng.choices([0, 1, 2, 3], [2, 5, 4, 1])[0])
    if labels and rng.random() < 0.05:
        return finish_distinct(rng, rel, labels)
    conditions, inner = [], []
    while rng.random() < 0.45:
        conditions.append(condition(rng, rel))
    if rel.patient[0] and rng.random() < 0.15:
        conditions.append(semi_join(rng, rel))
    if rng.random() < 0.08 and rel.of_kind("int", "float"):
        inner.append(threshold_question(rng))
        conditions.append(threshold(rng, rel, inner[0], 0))
    figures = without_twins([figure(rng, rel) for _ in range(rng.choices([1, 2, 3, 4], [3, 4, 3, 1])[0])])
    items = [Item("key", (n,)) for n in range(len(labels))] + arithmetic(rng, figures)
    if rng.random() < 0.2:
        rng.shuffle(items)
    made = Question(rel, conjunction(conditions), labels, figures, items, inner=inner, by_position=rng.random() < 0.3)
    above_the_cut(rng, made)
    return made


def stacked_question(rng):
    """A question over one or two summaries of one exact figure."""
    way, detail = rng.choice([
        ("rank_above", "rank"), ("rank_above", "dense_rank"), ("window_above", "sum"), ("window_above", "max"),
        ("share_above", ""), ("summaries_joined", "JOIN"), ("summaries_joined", "LEFT JOIN"),
        ("figures_of_figures", "sum"), ("figures_of_figures", "avg"), ("figures_of_figures", "min"),
    ])
    rel = shapes.relation(rng)
    width = {"summaries_joined": 1, "figures_of_figures": 2}.get(way, rng.choice([1, 2]))
    labels = some_keys(rng, rel, width)
    parts = []
    for _ in range(2 if way == "summaries_joined" else 1):
        where = condition(rng, rel) if rng.random() < 0.5 else None
        items = [Item("key", (n,)) for n in range(len(labels))] + [Item("figure", (0,))]
        parts.append(Question(rel, where, labels, [exact_figure(rng, rel)], items))
    return Stacked(way, parts, detail)


def exact_figure(rng, rel):
    made = figure(rng, rel)
    return made if made.exact else Figure("count")


def some_keys(rng, rel, count):
    labels = [keys.key(rng, rel) for _ in range(count)]
    return list({k.s: k for k in labels}.values())


def without_twins(figures):
    """Leaves out a figure that differs from another by a cast alone: DataFusion gives a cast the name
    of its operand, and does not take two aggregates of one name."""
    named = {}
    for f in figures:
        named.setdefault(re.sub(r"CAST\((.*?) AS \w+\)", r"\1", f.sql()), f)
    return list(named.values())


def finish_distinct(rng, rel, labels):
    items = [Item("key", (n,)) for n in range(len(labels))]
    where = condition(rng, rel) if rng.random() < 0.5 else None
    return Question(rel, where, labels, [], items, distinct=True)


def threshold_question(rng):
    """One figure of the whole population, now and then of few people."""
    rel = shapes.table(rng, "t")
    argument = rng.choice(rel.of_kind("int", "float", exact=True))
    where = condition(rng, rel) if rng.random() < 0.6 else None
    return Question(rel, where, [], [Figure("avg", argument)], [Item("figure", (0,))])


def figure(rng, rel):
    function = rng.choices(["count", "count_of", "count_distinct", "sum", "avg", "quantile", "moment"], [30, 15, 10, 40, 30, 9, 9])[0]
    kept = condition(rng, rel, 1) if rng.random() < 0.15 else None
    if function not in ("count_of", "count_distinct") and not rel.of_kind("int", "float"):
        function = "count"
    if function == "count":
        return Figure("count", None, kept)
    if function in ("count_of", "count_distinct"):
        argument = rng.choice(rel.keys if rel.keys and rng.random() < 0.4 else rel.columns)
        return Figure("count" if function == "count_of" else function, argument, kept)
    argument = arguments.argument(rng, rel)
    if function == "quantile":
        form = rng.choice(["median", "approx", "up", "down"])
        share = 0.5 if form == "median" else rng.choice([0.1, 0.25, 0.5, 0.75, 0.875])
        return Figure("quantile", argument, kept, None, share, form)
    if function == "moment":
        function = rng.choice(list(MOMENTS))
        return Figure(function, argument, kept, arguments.argument(rng, rel) if MOMENTS[function] == 2 else None)
    return Figure(function, argument, kept)


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

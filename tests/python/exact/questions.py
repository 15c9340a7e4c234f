"""Whole questions: keys, figures and what stands above the cut, over one relation."""

from dataclasses import dataclass, field

from . import above
from .expr import Expr, conjunction


@dataclass
class Figure:
    """One aggregate: `function` is count, count_distinct, sum, avg, quantile or one of MOMENTS; no argument:
    count(*). A quantile has a share, and a form: how the question writes it."""

    function: str
    argument: Expr | None = None
    filter: Expr | None = None
    second: Expr | None = None
    share: float = 0.5
    form: str = ""

    def sql(self):
        inner = ", ".join(e.s for e in (self.argument, self.second) if e) or "*"
        call = {
            "count_distinct": f"count(DISTINCT {inner})",
            "quantile": {
                "median": f"median({inner})",
                "approx": f"approx_percentile_cont({inner}, {self.share})",
                "up": f"percentile_cont({self.share}) WITHIN GROUP (ORDER BY {inner})",
                "down": f"percentile_cont({1 - self.share}) WITHIN GROUP (ORDER BY {inner} DESC)",
            }.get(self.form),
        }.get(self.function, f"{self.function}({inner})")
        return call + (f" FILTER (WHERE {self.filter.s})" if self.filter else "")

    @property
    def exact(self):
        """It may be compared and ordered: it does not depend on the order of rows."""
        if self.function.startswith("count"):
            return True
        return self.argument.exact and self.function in ("sum", "avg")

    @property
    def atoms(self):
        """The values that part its rows."""
        if self.argument is None or self.function == "count":
            return ()
        return tuple(dict.fromkeys(self.argument.atoms + (self.second.atoms if self.second else ())))

    @property
    def whole(self):
        return self.function.startswith("count") or self.function in ("sum", "avg") and self.argument.whole


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

    @property
    def parts(self):
        return [self]

    def expected(self, cells):
        """The right answer, from the cells of each part."""
        return above.expected(self, *cells)

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
        parts = [e for e in [*self.keys, self.where, self.rel.where, *(f.argument for f in self.figures), *(f.second for f in self.figures),
                             *(f.filter for f in self.figures)] if e is not None]
        tags = set().union(self.rel.tags, *(e.tags for e in parts), *(q.tags for q in self.inner))
        tags |= {f.function for f in self.figures} | {i.way for i in self.items} | {f"keys_{len(self.keys)}"}
        for name in ("having", "order", "limit", "distinct", "by_position"):
            if getattr(self, name):
                tags.add(name)
        tags |= {f.form for f in self.figures if f.form}
        if any(f.filter for f in self.figures):
            tags.add("filter")
        return tags

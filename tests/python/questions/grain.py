"""What a relation's rows are, and which columns carry what: the bookkeeping of `gated`."""

from dataclasses import dataclass, field

from sqlglot import exp

from .evidence import Unknown, is_aggregate


@dataclass
class Rows:
    """What a relation's rows are: of people (with the institutions they tell) or public."""

    people: bool = False
    patient: str = "__p"
    keys: set = field(default_factory=set)  # output columns that are the patient key
    institutions: list = field(default_factory=list)  # (column, "one" | "many")
    figures: set = field(default_factory=set)  # output columns made of figures
    conditional: set = field(default_factory=set)  # output columns made by a condition
    codes: set = field(default_factory=set)  # output columns from a declared list: their groups show though all figures are hidden


class Inputs:
    """The sources of one SELECT."""

    def __init__(self, sources):
        self.sources = sources
        people = {name: rows for name, rows in sources.items() if rows.people}
        self.people = bool(people)
        keys = [f"{name}.{rows.patient}" for name, rows in people.items()]
        self.patient = f"coalesce({', '.join(keys)})" if len(keys) > 1 else "".join(keys)
        self.institutions = [(f"{name}.{column}", form) for name, rows in people.items() for column, form in rows.institutions]

    def is_key(self, node):
        if isinstance(node, exp.Coalesce):
            return all(self.is_key(n) for n in [node.this, *node.expressions])
        return isinstance(node, exp.Column) and node.table in self.sources and node.name in self.sources[node.table].keys

    def is_code(self, node):
        return isinstance(node, exp.Column) and node.table in self.sources and node.name in self.sources[node.table].codes

    def is_figure(self, node):
        return node.table in self.sources and node.name in self.sources[node.table].figures

    def conditional(self, node):
        return node.table in self.sources and node.name in self.sources[node.table].conditional

    def is_conditional(self, node):
        """Whether a column's value is chosen by a condition, 0 or not 0."""
        if isinstance(node, exp.Column):
            return self.conditional(node)
        inside = node.find(exp.Case, exp.Predicate)
        return inside is not None and not node.find(exp.Window)


def labels(node):
    """The grouping expressions, those inside ROLLUP, CUBE and GROUPING SETS too."""
    if isinstance(node, (exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple)):
        for member in node.expressions:
            yield from labels(member)
    elif isinstance(node, exp.Paren):
        yield from labels(node.this)
    else:
        yield node


def gathered(sql, form):
    """The institutions of many rows as one list."""
    one = f"list(DISTINCT {sql}) FILTER (WHERE {sql} IS NOT NULL)"
    many = f"list_distinct(flatten(list({sql}) FILTER (WHERE {sql} IS NOT NULL)))"
    return (one if form == "one" else many), "many"


def own_aggregates(item):
    """The outermost aggregate calls of an expression, without those inside its subqueries."""
    found = []

    def look(node, under_window):
        if isinstance(node, exp.Query):
            return
        if isinstance(node, exp.Window):
            for child in node.iter_expressions():
                look(child, child is node.this)
        elif is_aggregate(node) and not under_window:
            found.append(node)
        else:
            deeper = under_window and isinstance(node, (exp.Filter, exp.IgnoreNulls))
            for child in node.iter_expressions():
                look(child, deeper and child is node.this)

    look(item, False)
    return found


def renamed(node, rows):
    """A relation under an alias that may name its columns anew."""
    alias = node.args.get("alias")
    if alias is not None and alias.args.get("columns") and (rows.people or rows.figures):
        raise Unknown("columns named by an alias")
    return rows

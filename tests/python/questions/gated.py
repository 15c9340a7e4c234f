"""A question rewritten for DuckDB so that it gates itself: figures over people become NULL where they are not safe.

The rewriting follows the grain of each SELECT: rows of people carry their patient (`__p`) and institutions (`__i0` …)
upwards; where a SELECT makes figures of people, each aggregate is wrapped in its rule (`evidence`); what is above is left
as it is and so sees safe figures only. The result has the true figure in every safe cell and NULL in the others.
"""

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify

from .evidence import DIALECT, Unknown, safe, thick
from .grain import Inputs, Rows, gathered, labels, own_aggregates, renamed


def gate(sql, schema, tables):
    """(the self-gating SQL, which output columns are figures)"""
    tree = qualify(parse_one(sql, dialect=DIALECT), schema=schema, dialect=DIALECT, validate_qualify_columns=False, quote_identifiers=False)
    rows = Gating(tables, schema).query(tree, {})
    if rows.people:
        raise Unknown("rows of people")
    return tree.sql(DIALECT), [name in rows.figures for name in tree.named_selects]


class Gating:
    def __init__(self, tables, schema):
        self.tables, self.schema = tables, schema

    def query(self, node, known):
        """Rewrites a query in place; `known` holds the common table expressions in sight."""
        known = dict(known)
        with_ = node.args.get("with") or node.args.get("with_")
        for cte in with_.expressions if with_ else []:
            known[cte.alias] = renamed(cte, self.query(cte.this, known))
        if isinstance(node, exp.Subquery):
            return self.query(node.this, known)
        if isinstance(node, exp.SetOperation):
            return self.united(node, known)
        if isinstance(node, exp.Values):
            columns = node.args["alias"].args.get("columns") if node.args.get("alias") else None
            return Rows(codes={c.name for c in columns or []})
        if not isinstance(node, exp.Select):
            raise Unknown(node.key)
        return self.select(node, known)

    def united(self, node, known):
        """UNION, INTERSECT, EXCEPT. Of people only with the patient key; their institutions are left aside."""
        sides = [self.query(side.copy(), known) for side in (node.left, node.right)]
        if any(rows.people for rows in sides):
            places = [[n for n, name in enumerate(side.named_selects) if name in rows.keys]
                      for side, rows in zip((node.left, node.right), sides)]
            if not places[0] or places[0] != places[1]:
                raise Unknown("a union of people without their key")
            key = node.left.named_selects[places[0][0]]
            return Rows(True, patient=key, keys={key})
        left, right = self.query(node.left, known), self.query(node.right, known)
        names = node.left.named_selects
        theirs = dict(zip(node.right.named_selects, names))
        return Rows(figures=left.figures | {theirs[f] for f in right.figures})

    def source(self, node, known):
        if isinstance(node, exp.Table):
            if node.name in known:
                return known[node.name]
            patient, institution = self.tables[node.name]
            columns = self.schema[node.name]
            if patient is None:
                return Rows(codes=set(columns) - {institution})
            codes = {name for name, type_ in columns.items() if type_ == "VARCHAR"}
            return Rows(True, patient, {patient}, [(institution, "one")] if institution else [], codes=codes)
        if isinstance(node, (exp.Subquery, exp.Values)):
            return renamed(node, self.query(node if isinstance(node, exp.Values) else node.this, known))
        raise Unknown(f"source {node.key}")

    def select(self, node, known):
        from_ = node.args.get("from") or node.args.get("from_")
        if from_ is None:
            return Rows()
        nodes = [from_.this] + [join.this for join in node.args.get("joins") or []]
        sources = {n.alias_or_name: self.source(n, known) for n in nodes}
        inputs = Inputs(sources)
        for inner in [*node.expressions, *(node.args[k] for k in ("where", "having", "qualify") if node.args.get(k))]:
            self.subqueries(inner, known)
        if not inputs.people:
            return self.public(node, inputs)
        group = node.args.get("group")
        aggregates = [call for item in node.selects for call in own_aggregates(item)]
        if node.args.get("distinct"):
            return self.distinct(node, inputs)
        if group is None and not aggregates:
            return self.carry(node, inputs, lambda sql: sql, lambda sql, form: (sql, form))
        if group is not None and any(inputs.is_key(e) for e in group.expressions):
            return self.carry(node, inputs, lambda sql: f"any_value({sql})", gathered)
        return self.cut(node, inputs)

    def public(self, node, inputs):
        figures = set()
        for item in node.selects:
            made = item.find(exp.AggFunc) or any(inputs.is_figure(c) for c in item.find_all(exp.Column)) or item.find(exp.Query)
            if made:
                figures.add(item.alias_or_name)
        return Rows(figures=figures, codes=set(node.named_selects) - figures)

    def distinct(self, node, inputs):
        """DISTINCT is GROUP BY of all columns."""
        if not any(inputs.is_key(item.unalias()) for item in node.selects):
            return Rows()
        node.set("distinct", None)
        names = node.named_selects
        rows = self.carry(node, inputs, lambda sql: sql, lambda sql, form: (sql, form))
        inner = node.copy()
        outer = exp.select(*[exp.column(n) for n in names], dialect=DIALECT).from_(inner.subquery("__d"))
        hidden = ["any_value(__p) AS __p"]
        found = []
        for name, form in rows.institutions:
            hidden.append(f"{gathered(name, form)[0]} AS {name}")
            found.append((name, "many"))
        outer = outer.select(*hidden, dialect=DIALECT).group_by(*[exp.column(n) for n in names])
        with_ = inner.args.get("with") or inner.args.get("with_")
        if with_:
            raise Unknown("DISTINCT with its own WITH")
        node.replace(outer) if node.parent else node.args.update(outer.args)
        rows.institutions = found
        return rows

    def carry(self, node, inputs, patient, institution):
        """Rows of people stay rows of people: hidden columns go along."""
        keys = {item.alias_or_name for item in node.selects if inputs.is_key(item.unalias())}
        conditional = {item.alias_or_name for item in node.selects if inputs.is_conditional(item.unalias())}
        hidden, found = [f"{patient(inputs.patient)} AS __p"], []
        for number, (sql, form) in enumerate(inputs.institutions):
            sql, form = institution(sql, form)
            hidden.append(f"{sql} AS __i{number}")
            found.append((f"__i{number}", form))
        node.select(*hidden, dialect=DIALECT, copy=False)
        codes = {item.alias_or_name for item in node.selects if inputs.is_code(item.unalias())}
        return Rows(True, keys=keys, institutions=found, conditional=conditional, codes=codes)

    def cut(self, node, inputs):
        """People become figures."""
        figures = set()
        group = thick(inputs.patient, inputs.institutions, [])
        grouped = node.args.get("group") is not None
        for item in [*node.selects, *(node.args[k] for k in ("having", "order") if node.args.get(k))]:
            calls = own_aggregates(item)
            if calls and item in node.selects:
                figures.add(item.alias_or_name)
            for call in calls:
                rule = safe(call, inputs.patient, inputs.institutions, inputs.conditional)
                if grouped:
                    rule = f"({group}) AND ({rule})"
                call.replace(parse_one(f"CASE WHEN {rule} THEN {call.sql(DIALECT)} END", dialect=DIALECT))
        if grouped and not all(inputs.is_code(e) for e in labels(node.args["group"])):
            node.having(group, dialect=DIALECT, copy=False)
        return Rows(figures=figures, codes=set(node.named_selects) - figures)

    def subqueries(self, node, known):
        """Subqueries in expressions: thresholds gate themselves, semi-joins on the patient key stay."""
        for query in [q for q in node.find_all(exp.Query) if q.find_ancestor(exp.Query) is node.find_ancestor(exp.Query)]:
            inner = query.unnest() if isinstance(query, exp.Subquery) else query
            if not isinstance(inner, exp.Select):
                raise Unknown("a subquery of another kind")
            if isinstance(query.parent, (exp.Exists, exp.In)) or query.find_ancestor(exp.Exists, exp.In):
                continue
            if self.query(inner, known).people:
                raise Unknown("a subquery of people")

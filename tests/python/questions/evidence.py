"""Which figures are safe: the rule of each aggregate as a DuckDB expression over the rows that feed it.

Written from the rules' description, not from the gate's code: at least 10 patients and 3 institutions
(0 may be shown), no dominance in sums and means, both sides of a condition inside an argument, both sides of a
quantile, ten residual degrees of freedom of a moment, no extremes.
Out of scope: complementary suppression and the ledger. What they hide counts as safe and not released.
"""

import numpy as np
import pyarrow as pa
from sqlglot import exp

PATIENTS, INSTITUTIONS, FREEDOM = 10, 3, 10
TWO_LARGEST, P = 0.9, 0.1
DIALECT = "duckdb"
MOMENTS = (exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop, exp.Corr, exp.CovarPop, exp.CovarSamp, exp.RegrSlope)
QUANTILES = (exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.ApproxQuantile, exp.Median)
SPREADS = {"regr_slope", "regr_intercept", "regr_r2", "var", "stddev"}


class Unknown(Exception):
    """A shape that the oracle has no rule for."""


def register(db):
    """Adds `undominated(list of {p, x})` to DuckDB."""
    pair = "STRUCT(p BIGINT, x DOUBLE)[]"
    db.create_function("undominated", _undominated, [pair], "BOOLEAN", type="arrow", null_handling="special")


def _undominated(lists):
    if isinstance(lists, pa.ChunkedArray):
        lists = lists.combine_chunks()
    answers = []
    for values in lists:
        if not values.is_valid or len(values.values) == 0:
            answers.append(True)
            continue
        patients = values.values.field("p").to_numpy(zero_copy_only=False)
        amounts = values.values.field("x").to_numpy(zero_copy_only=False)
        _, index = np.unique(patients, return_inverse=True)
        shares = np.sort(np.abs(np.bincount(index, weights=amounts)))[::-1]
        first, second = (*shares[:2], 0.0, 0.0)[:2]
        total = shares.sum()
        answers.append(bool(first + second <= TWO_LARGEST * total and total - first - second >= P * first))
    return pa.array(answers, pa.bool_())


def is_aggregate(node):
    """Whether a node is an aggregate call (a window's own function is told apart by the caller)."""
    if isinstance(node, (exp.Filter, exp.WithinGroup)):
        return True
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in SPREADS
    return isinstance(node, exp.AggFunc) and not isinstance(node, (exp.Grouping, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue))


def safe(call, patient, institutions, conditional):
    """SQL that is true where the figure `call` may be shown.

    `institutions` are (SQL, "one" | "many"); `conditional(column)` says whether a column of the input was itself made
    by a condition.
    """
    function, keep = (call.this, call.expression.this) if isinstance(call, exp.Filter) else (call, None)
    ordered = None
    if isinstance(function, exp.WithinGroup):
        ordered = function.expression.expressions[0].this
        function = function.this
    kept = [f"({keep.sql(DIALECT)})"] if keep is not None else []
    if isinstance(function, (exp.Min, exp.Max)) or isinstance(function, (exp.LogicalAnd, exp.LogicalOr, exp.ArrayAgg)):
        return "false"
    if isinstance(function, exp.Count):
        args = function.this.expressions if isinstance(function.this, exp.Distinct) else [function.this]
        present = [] if isinstance(args[0], exp.Star) else [f"({a.sql(DIALECT)}) IS NOT NULL" for a in args]
        return thick(patient, institutions, kept + present)
    if isinstance(function, QUANTILES):
        arg, q = (ordered, function.this) if ordered is not None else (function.this, function.args.get("quantile") or function.expression)
        q = 0.5 if isinstance(function, exp.Median) else float(q.name)
        q = min(q, 1 - q)
        return thick(patient, institutions, [*kept, f"({arg.sql(DIALECT)}) IS NOT NULL"], least=PATIENTS / q if q else 10**9)
    args = function.expressions if isinstance(function, exp.Anonymous) else [a for a in (function.this, function.args.get("expression")) if a is not None]
    fed = kept + [f"({a.sql(DIALECT)}) IS NOT NULL" for a in args]
    if isinstance(function, MOMENTS) or isinstance(function, exp.Anonymous):
        return thick(patient, institutions, fed, least=FREEDOM + len(args))
    if not isinstance(function, (exp.Sum, exp.Avg)):
        raise Unknown(f"aggregate {function.key}")
    arg = args[0].this if isinstance(args[0], exp.Paren) else args[0]
    pairs = f"list({{'p': {patient}, 'x': CAST({arg.sql(DIALECT)} AS DOUBLE)}}) FILTER (WHERE {' AND '.join(fed)})"
    rules = [thick(patient, institutions, fed), f"undominated({pairs})"]
    for side in sides(arg, conditional):
        rules += [thin_free(patient, [*fed, f"({side}) IS TRUE"]), thin_free(patient, [*fed, f"({side}) IS NOT TRUE"])]
    return " AND ".join(f"({rule})" for rule in rules)


def thick(patient, institutions, fed, least=PATIENTS):
    """Nobody, or enough patients and institutions of each table that tells them."""
    rules = [thin_free(patient, fed, least)]
    for sql, form in institutions:
        where = " AND ".join([*fed, f"{sql} IS NOT NULL"])
        count = f"count(DISTINCT {sql}) FILTER (WHERE {where})"
        if form == "many":
            count = f"coalesce(len(list_distinct(flatten(list({sql}) FILTER (WHERE {where})))), 0)"
        rules.append(f"({count} = 0 OR {count} >= {INSTITUTIONS})")
    return " AND ".join(rules)


def thin_free(patient, fed, least=PATIENTS):
    where = f" FILTER (WHERE {' AND '.join(fed)})" if fed else ""
    count = f"count(DISTINCT {patient}){where}"
    return f"({count} = 0 OR {count} >= {least})"


def sides(arg, conditional):
    """The conditions in an argument, as SQL: what decides, row by row, what is added up."""
    found = []

    def look(node):
        if isinstance(node, exp.Case):
            base = node.this
            for branch in node.args["ifs"]:
                test = exp.EQ(this=base.copy(), expression=branch.this.copy()) if base is not None else branch.this
                found.append(test.sql(DIALECT))
                look(branch.args["true"])
            if node.args.get("default") is not None:
                look(node.args["default"])
        elif isinstance(node, (exp.Predicate, exp.Connector, exp.Not, exp.Exists)):
            found.append(node.sql(DIALECT))
        elif isinstance(node, exp.Coalesce):
            found.append(f"{node.this.sql(DIALECT)} IS NULL")
        elif isinstance(node, (exp.Least, exp.Greatest)):
            found.extend(f"({node.this.sql(DIALECT)}) <= ({other.sql(DIALECT)})" for other in node.expressions)
        elif isinstance(node, exp.Column):
            if conditional(node):
                found.append(f"{node.sql(DIALECT)} <> 0")
        else:
            for child in node.iter_expressions():
                look(child)

    look(arg)
    return found

"""The oracle against cases worked out by hand.

Group `ten` has ten patients at three institutions, `nine` has nine, `two` ten patients at two institutions;
in `rich` one of twenty patients has 1,000 days and the others one each.
"""

import duckdb

from .data import schema
from .evidence import register
from .gated import gate

TABLES = {"visit": ("p", "i"), "person": ("p", None), "code": (None, None)}

CASES = [
    # A group that is too thin shows with its label only where the label is a code.
    ("SELECT grp, count(*) FROM visit GROUP BY grp",
     [("nine", None), ("rich", 20), ("ten", 10), ("two", None)]),
    ("SELECT upper(grp) AS g, count(*) FROM visit GROUP BY 1",
     [("RICH", 20), ("TEN", 10)]),
    # One patient dominates a sum and a mean, but no count.
    ("SELECT grp, sum(days), avg(days), count(DISTINCT p) FROM visit WHERE grp IN ('rich', 'ten') GROUP BY grp",
     [("rich", None, None, 20), ("ten", 10, 1, 10)]),
    # What feeds the figure counts: its FILTER, its argument; nobody is 0.
    ("SELECT count(*) FILTER (WHERE days > 1), count(*) FILTER (WHERE days < 0), count(CASE WHEN days > 1 THEN 1 END) FROM visit",
     [(None, 0, None)]),
    # Both sides of a condition inside an argument, also one made further below.
    ("SELECT sum(CASE WHEN days > 1 THEN 1 ELSE 0 END), sum(CASE WHEN days > 0 THEN 1 ELSE 0 END) FROM visit",
     [(None, 49)]),
    ("WITH v AS (SELECT p, CASE WHEN days > 1 THEN 1 ELSE 0 END AS long FROM visit) SELECT avg(long), count(*) FROM v",
     [(None, 49)]),
    # Per patient, then over patients: the institutions come along.
    ("WITH n AS (SELECT p, count(*) AS n FROM visit WHERE grp = 'two' GROUP BY p) SELECT count(*) FROM n", [(None,)]),
    ("WITH n AS (SELECT p, count(*) AS n FROM visit WHERE grp = 'ten' GROUP BY p) SELECT n, count(*) FROM n GROUP BY n", [(1, 10)]),
    ("SELECT count(*) FROM (SELECT DISTINCT p FROM visit WHERE grp = 'nine') d", [(None,)]),
    # The other side of an outer join.
    ("SELECT count(*), count(v.p) FROM person JOIN code ON true LEFT JOIN visit v ON v.p = person.p AND v.grp = 'nine'", [(49, None)]),
    # Above the cut only what is published counts.
    ("SELECT sum(n) FROM (SELECT grp, count(*) AS n FROM visit GROUP BY grp) t", [(30,)]),
    ("SELECT grp, n FROM (SELECT grp, count(*) AS n FROM visit GROUP BY grp) t ORDER BY n DESC LIMIT 1", [("rich", 20)]),
    # A threshold gates itself.
    ("SELECT count(*) FROM visit WHERE days < (SELECT avg(days) FROM visit WHERE grp = 'ten') + 1", [(48,)]),
    ("SELECT count(*) FROM visit WHERE days < (SELECT avg(days) FROM visit WHERE grp = 'nine') + 1", [(0,)]),
    # Sets of people, extremes, quantiles, moments.
    ("SELECT count(*) FROM (SELECT p FROM visit WHERE grp = 'nine' UNION SELECT p FROM person WHERE p < 10) u", [(18,)]),
    ("SELECT max(days), median(days), quantile_cont(days, 0.9), stddev(days) FROM visit WHERE grp = 'rich'", [(None, 1, None, 223.4)]),
    # Totals are cells too.
    ("SELECT grp, count(*) FROM visit GROUP BY ROLLUP (grp)",
     [("nine", None), ("rich", 20), ("ten", 10), ("two", None), (None, 49)]),
]


def run():
    db = duckdb.connect()
    register(db)
    db.execute("CREATE TABLE visit (p BIGINT, i BIGINT, grp VARCHAR, days BIGINT)")
    patient = 0
    for group, people, institutions in [("ten", 10, 3), ("nine", 9, 3), ("two", 10, 2), ("rich", 20, 5)]:
        for n in range(people):
            patient += 1
            days = 1000 if group == "rich" and n == 0 else 1
            db.execute("INSERT INTO visit VALUES (?, ?, ?, ?)", [patient, n % institutions, group, days])
    db.execute("CREATE TABLE person AS SELECT p FROM visit")
    db.execute("CREATE TABLE code AS SELECT 1 AS one")
    for sql, expected in CASES:
        gated, _ = gate(sql, schema(db), TABLES)
        found = [tuple(round(v, 1) if isinstance(v, float) else v for v in row) for row in db.execute(gated).fetchall()]
        key = lambda row: tuple((v is None, str(v)) for v in row)  # noqa: E731
        assert sorted(found, key=key) == sorted(expected, key=key), f"{sql}\n{gated}\nfound {found}\nexpected {expected}"
    print(f"{len(CASES)} cases")

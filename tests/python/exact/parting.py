"""The patients that a condition inside an argument sets apart, counted by DuckDB.

A value that parts the rows has levels: its distinct values in a cell. At each stand some patients;
away from each stand the others, and whoever stands at several.
"""

from dataclasses import dataclass

APART = 16  # so many levels the product keeps apart; beyond them it may see fewer people than there are


@dataclass
class Parted:
    """How one value parts the patients of one cell."""

    sharp: bool
    levels: int
    least: int  # patients at the level that has fewest
    rest: int  # patients away from a level, for the level where these are fewest
    safe: int  # so many away from the commonest level are seen at least, however levels are put together


def parted(db, labels, n, atoms):
    """label → how each of the values `b{n}_0`, `b{n}_1` … parts the patients of the rows `r`."""
    out = {}
    for j, atom in enumerate(atoms):
        value = f"unnest(b{n}_{j})" if atom.form == "set" else f"b{n}_{j}"
        for label, found in of_one(db, labels, value, atom.sharp).items():
            out.setdefault(label, []).append(found)
    return out


def of_one(db, labels, value, sharp):
    key = "".join(f"{label}, " for label in labels)
    db.execute(f"""CREATE OR REPLACE TEMP TABLE s AS
        SELECT *, count(*) OVER (PARTITION BY {key} p) = 1 AS alone,
            dense_rank() OVER ({f"PARTITION BY {key[:-2]}" if labels else ""} ORDER BY b) AS level
        FROM (SELECT DISTINCT * FROM (SELECT {key} p, {value} AS b FROM r) WHERE p IS NOT NULL AND b IS NOT NULL)""")
    group = f"GROUP BY {key[:-2]}" if labels else "HAVING count(*) > 0"
    patients = f"SELECT {key} count(DISTINCT p), count(DISTINCT p) FILTER (level <= {APART}) FROM s {group}"
    patients = {row[:-2]: row[-2:] for row in db.execute(patients).fetchall()}
    at = f"""SELECT {key} max(level), min(there), max(loyal), max(loyal) FILTER (level <= {APART})
        FROM (SELECT {key} level, count(*) AS there, count(*) FILTER (alone) AS loyal FROM s GROUP BY {key} level) {group}"""
    out = {}
    for *label, levels, least, loyal, loyal_kept in db.execute(at).fetchall():
        everybody, at_kept = patients[tuple(label)]
        safe = everybody - loyal_kept if levels <= APART else min(everybody - loyal_kept, at_kept)
        out[tuple(label)] = Parted(sharp, levels, least, everybody - loyal, safe)
    return out

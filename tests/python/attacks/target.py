"""The target patient: what everybody knows of her, and what must stay unknown.

Known: she is in the data, a woman born in 1931 (nobody else was) who lives in area A07 and was at a
hospital on 29 February 2024. Secret: everything else, in two versions.
"""

KEY = "P99999"
RARE = "E75"
DAY = "2024-02-29"

# What stands for the target in an attack's SQL, in the table `person` and by its key anywhere.
PREDICATE = "birth_year = 1931"

# What differs between the twins.
SECRETS = {
    "base": {"sensitive": "B20", "rare": RARE, "cost": 48_611, "hba1c": 11.375, "alt": 7.03125, "mark": "x1", "extra": False,
             "nights": 0, "smoker": "true", "income": 512.37},
    "changed": {"sensitive": "I10", "rare": "J45", "cost": 53_777, "hba1c": 5.25, "alt": 7.0625, "mark": "", "extra": True,
                "nights": 3, "smoker": "false", "income": 433.21},
}

# name → what it is, as DuckDB's SQL over a world's tables.
QUESTIONS = {
    "sensitive": "SELECT count(*) > 0 FROM diagnosis WHERE patient = 'P99999' AND dx = 'B20'",
    "rare": "SELECT count(*) > 0 FROM diagnosis WHERE patient = 'P99999' AND dx = 'E75'",
    "cost": "SELECT cost FROM visit WHERE patient = 'P99999' AND day = '2024-02-29'",
    "total": "SELECT sum(cost) FROM visit WHERE patient = 'P99999'",
    "visits": "SELECT count(*) FROM visit WHERE patient = 'P99999'",
    "hba1c": "SELECT value FROM lab WHERE patient = 'P99999' AND test = 'hba1c'",
    "alt": "SELECT value FROM lab WHERE patient = 'P99999' AND test = 'alt'",
    "smoker": "SELECT smoker FROM person WHERE patient = 'P99999'",
    "nights": "SELECT nights FROM visit WHERE patient = 'P99999' AND day = '2024-02-29'",
    "income": "SELECT income FROM person WHERE patient = 'P99999'",
    "mark": "SELECT mark = 'x1' AND mark IS NOT NULL FROM visit WHERE patient = 'P99999' AND day = '2024-02-29'",
}


def add(tables, world):
    """The target's rows."""
    s = SECRETS["changed" if world == "changed" else "base"]
    tables["person"].append([KEY, "F", 1931, "A07", s["smoker"], "2024-01-15", s["income"]])
    tables["diagnosis"] += [[KEY, "H03", s["sensitive"], "2024-02-01"], [KEY, "H05", s["rare"], "2024-02-10"]]
    tables["visit"] += [
        [KEY, "H03", DAY, "out", s["sensitive"], s["cost"], s["nights"], s["mark"], "first seen"],
        [KEY, "H05", "2024-05-07", "in", "E11", 12_340, 2, "4", "seen again"],
        [KEY, "H05", "2024-09-12", "out", "E11", 3_450, 0, "2", "seen again"],
    ]
    if s["extra"]:
        tables["visit"].append([KEY, "H03", "2024-03-01", "out", "E11", 2_220, 0, "", "seen again"])
    tables["lab"] += [[KEY, "L1", "hba1c", s["hba1c"], DAY], [KEY, "L1", "ldl", 5.5, DAY], [KEY, "L2", "alt", s["alt"], DAY]]


def newcomer(tables, world):
    """A patient who comes with a later version of the snapshot."""
    dx, income = ("I10", 402.5) if world == "changed" else ("B20", 377.5)
    tables["person"].append(["P88888", "M", 1950, "A03", "true", "2024-12-30", income])
    tables["diagnosis"].append(["P88888", "H03", dx, "2024-12-31"])
    tables["visit"].append(["P88888", "H03", "2024-12-31", "out", dx, 31_330, 0, "1", "first seen"])

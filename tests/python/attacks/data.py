"""The attacked records: CSV files of three worlds that differ in the target's secrets only.

`base` and `changed` are twins: an attack works if it tells the secret right in both. In `absent`
the target was never there. About 1,500 patients; costs are multiples of 10 but for the target's.
Out of scope: realism. The numbers are chosen so that honest cells pass every rule.
"""

import csv
import datetime
import os
import random

from . import target

PATIENTS = 1_500
AREAS = [f"A{n:02d}" for n in range(16)]
# From common to rare; `target.RARE` is the target's alone.
DISEASES = ["I10", "E11", "J45", "K21", "M54", "F32", "B20", "N18", "C50", "G20", "L40", "H25"]
TESTS = ["hba1c", "ldl", "egfr", "alt"]
KINDS = ["out", "in", "home"]
FIRST_DAY = datetime.date(2024, 1, 1)
DAYS = 366

TABLES = {
    "person": ["patient", "sex", "birth_year", "area", "smoker", "enrolled", "income"],
    "visit": ["patient", "hospital", "day", "kind", "dx", "cost", "nights", "mark", "note"],
    "diagnosis": ["patient", "hospital", "dx", "since"],
    "lab": ["patient", "laboratory", "test", "value", "taken"],
    "icd": ["dx", "chapter", "weight"],
    "number": ["n"],
}

MANIFEST = """\
name = "attacked"
policy = "{policy}"
[[table]]
name = "person"
source = "person.csv"
patient = "patient"
[table.class]
birth_year = "quasi"
income = "measure"
[[table]]
name = "visit"
source = "visit.csv"
patient = "patient"
institution = "hospital"
[table.types]
mark = "text"
[table.class]
cost = "measure"
mark = "code"
note = "text"
[[table]]
name = "diagnosis"
source = "diagnosis.csv"
patient = "patient"
institution = "hospital"
[[table]]
name = "lab"
source = "lab.csv"
patient = "patient"
institution = "laboratory"
[table.class]
value = "measure"
[[table]]
name = "icd"
source = "icd.csv"
[[table]]
name = "number"
source = "number.csv"
"""


def write(folder, world, seed=1, policy="jisedai", version=1):
    """Writes `folder/*.csv` and `folder/manifest.toml`; returns the manifest's path."""
    os.makedirs(folder, exist_ok=True)
    for name, rows in make(world, seed, version).items():
        with open(os.path.join(folder, f"{name}.csv"), "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(TABLES[name])
            writer.writerows(rows)
    path = os.path.join(folder, "manifest.toml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(MANIFEST.format(policy=policy))
    return path


def make(world, seed, version=1):
    """table → rows. All worlds have the same other patients; version 2 has one patient more."""
    rng = random.Random(seed)
    tables = {name: [] for name in TABLES}
    for n in range(PATIENTS):
        patient(rng, tables, f"P{n:05d}")
    if world != "absent":
        target.add(tables, world)
    if version > 1:
        target.newcomer(tables, world)
    for n, dx in enumerate([*DISEASES, target.RARE]):
        tables["icd"].append([dx, dx[0], n % 5 + 1])
    tables["number"] = [[n] for n in range(1_000)]
    return tables


def patient(rng, tables, key):
    sex, birth, area = rng.choice("FM"), rng.randrange(1935, 2010), rng.choice(AREAS)
    smoker, enrolled = rng.random() < 0.3, day(rng)
    tables["person"].append([key, sex, birth, area, str(smoker).lower(), enrolled, round(rng.uniform(200, 900), 2)])
    doctors = rng.sample(range(12), 2)
    for dx in rng.sample(DISEASES, rng.randrange(1, 4)):
        tables["diagnosis"].append([key, hospital(rng, doctors), dx, day(rng)])
    for _ in range(1 + int(rng.expovariate(1 / 5))):
        cost = 10 * int(rng.lognormvariate(6, 0.9))
        nights = rng.choice([0, 0, 0, 1, 2, 3])
        tables["visit"].append([
            key, hospital(rng, doctors), day(rng), rng.choice(KINDS), rng.choice(DISEASES), cost, nights,
            str(rng.randrange(1, 9)), "seen again",
        ])
    for test in TESTS:
        for _ in range(rng.randrange(0, 3)):
            value = round(8 * rng.lognormvariate(1.8, 0.25)) / 8
            tables["lab"].append([key, f"L{rng.randrange(5)}", test, value, day(rng)])


def hospital(rng, doctors):
    return f"H{rng.choice(doctors):02d}"


def day(rng):
    return FIRST_DAY + datetime.timedelta(days=rng.randrange(DAYS))

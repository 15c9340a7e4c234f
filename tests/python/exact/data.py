"""The generated records: CSV files, once in the patients' order and once shuffled, with manifests.

Made so that every rule has something to do: skewed codes, rare codes at one or two institutions,
amounts with heavy tails and corrections below zero, missing values and missing institutions.
Amounts are multiples of 1/8, but for `score` and `ratio`: sums of those depend on their order.
"""

import csv
import datetime
import os
import random
import shutil

from .expr import column

PATIENTS = 5_000
AREAS = [f"A{n:02d}" for n in range(24)]
REGIONS = ["north", "east", "south", "west"]
# A few codes are numbers, so that a cast of the column fails for some rows only.
DIAGNOSES = [f"{c}{n:02d}" for c in "CEIJK" for n in range(10, 17)] + ["0870", "0871", "0900", "Z99", "Q98"]
KINDS = ["out", "in", "dental", "home", "tele"]
TESTS = ["hba1c", "ldl", "egfr", "alt", "crp", "tsh", "ferritin", "zinc"]
FIRST_DAY = datetime.date(2023, 1, 1)
DAYS = 1_096
DATES = tuple(FIRST_DAY + datetime.timedelta(days=n) for n in (59, 181, 300, 365, 500, 731, 900))


def code(name, kind, **more):
    """A code; numbers with few values and booleans part the rows."""
    return column(name, kind, code=True, parts={"int": "gentle", "bool": "sharp"}.get(kind, "free"), **more)


def public(name, kind, **more):
    """A public table's column: whoever joins it to people chooses who gets which value."""
    return column(name, kind, code=True, parts="gentle", **more)


plain = column

# table → (institution or None, columns); `patient` goes without saying.
PATIENT_TABLES = {
    "persons": (None, [
        code("sex", "text", domain=("F", "M")),
        code("area", "text", domain=AREAS),
        plain("birth_year", "int", domain=(1940, 1955, 1970, 1985, 2000)),
        code("smoker", "bool"),
        plain("score", "float", exact=False),
        plain("enrolled", "date", domain=DATES),
    ]),
    "visits": ("hospital", [
        code("kind", "text", domain=KINDS),
        code("dx", "text", domain=DIAGNOSES),
        plain("day", "date", domain=DATES),
        plain("cost", "int", domain=(0, 50, 200, 1000, 5000, 20000)),
        code("nights", "int", domain=(0, 1, 2, 5)),
        plain("amount", "float", domain=(0.5, 2.25, 10.0, 40.125, 200.0)),
        code("urgent", "bool"),
    ]),
    "labs": ("laboratory", [
        code("test", "text", domain=TESTS),
        plain("value", "float", domain=(1.5, 4.0, 6.5, 12.125, 30.0)),
        plain("ratio", "float", exact=False),
        plain("taken", "date", domain=DATES),
        code("flag", "text", domain=("H", "L")),
        code("grade", "int", domain=(1, 2, 3, 4)),
    ]),
}
PUBLIC_TABLES = {
    "icd": ("dx", [public("chapter", "text", domain="CEIJK"), public("weight", "int", domain=(1, 3, 7))]),
    "areas": ("area", [public("region", "text", domain=REGIONS), public("inhabitants", "int", domain=(9_000, 60_000))]),
}


def write(folder, seed):
    """Writes `folder/{sorted,shuffled}/*.csv` and `folder/{sorted,shuffled}.toml`."""
    tables = make(random.Random(seed))
    shuffle = random.Random(seed + 1)
    for order in ("sorted", "shuffled"):
        os.makedirs(os.path.join(folder, order), exist_ok=True)
        for name, (header, rows) in tables.items():
            rows = list(rows)
            if order == "shuffled" and name in PATIENT_TABLES:
                shuffle.shuffle(rows)
            with open(os.path.join(folder, order, f"{name}.csv"), "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(["" if v is None else text(v) for v in row] for row in rows)
        with open(os.path.join(folder, f"{order}.toml"), "w", encoding="utf-8") as file:
            file.write(manifest(order))
    # All of a run's questions are asked of one study, and each is judged by itself.
    shutil.copy(os.path.join(os.path.dirname(__file__), "../../policies/no-ledger.toml"), folder)


def text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def manifest(order):
    lines = [f'name = "exact_{order}"', 'policy = "./no-ledger.toml"']
    for name, (institution, columns) in PATIENT_TABLES.items():
        lines += ["[[table]]", f'name = "{name}"', f'source = "{order}/{name}.csv"', 'patient = "patient"']
        if institution:
            lines.append(f'institution = "{institution}"')
        # The casts of some codes to numbers are for questions, not for the import to guess at.
        lines += ["[table.types]"] + [f'{c.s} = "text"' for c in columns if c.kind == "text"]
    for name in PUBLIC_TABLES:
        lines += ["[[table]]", f'name = "{name}"', f'source = "{order}/{name}.csv"']
    return "\n".join(lines) + "\n"


def make(rng):
    """table → (header, rows), in the patients' order."""
    patients = [f"P{n:07d}" for n in rng.sample(range(10_000_000), PATIENTS)]
    patients.sort()
    tables = {name: (header(name), []) for name in (*PATIENT_TABLES, *PUBLIC_TABLES)}
    for patient in patients:
        home = zipf(rng, 24, 0.8)
        tables["persons"][1].append(person(rng, patient, home))
        doctors = [zipf(rng, 25, 0.9) for _ in range(2)]
        for _ in range(int(rng.expovariate(1 / 3.2))):
            tables["visits"][1].append(visit(rng, patient, rng.choice(doctors)))
        for _ in range(int(rng.expovariate(1 / 2.4))):
            tables["labs"][1].append(lab(rng, patient, home))
    for n, dx in enumerate(DIAGNOSES[:-2]):  # two codes are missing from the master
        tables["icd"][1].append([dx, dx[0], n % 9])
    for n, area in enumerate(AREAS):
        tables["areas"][1].append([area, REGIONS[n % 4], 200_000 // (n + 1)])
    return tables


def header(name):
    if name in PUBLIC_TABLES:
        key, columns = PUBLIC_TABLES[name]
        return [key] + [c.s for c in columns]
    institution, columns = PATIENT_TABLES[name]
    return ["patient"] + ([institution] if institution else []) + [c.s for c in columns]


def person(rng, patient, home):
    return [
        patient, maybe(rng, 0.03, rng.choice("FM")), AREAS[home], rng.randrange(1930, 2016),
        maybe(rng, 0.1, rng.random() < 0.2), maybe(rng, 0.2, round(rng.gauss(50, 12), 3)), day(rng),
    ]


def visit(rng, patient, doctor):
    kind, dx = zipf(rng, 5, 1.3), zipf(rng, len(DIAGNOSES), 0.7)
    if dx % 4 == 1:  # a quarter of the codes are seen at two or three hospitals only
        doctor = dx % 3 if dx % 8 == 1 else dx % 2
    # Some codes and kinds cost a thousand times more for a few than for most.
    cost = int(rng.lognormvariate(5, 3.5 if kind in (3, 4) else 1.6))
    amount = rng.lognormvariate(2, 4 if dx % 3 == 2 else 1.9)
    return [
        patient, maybe(rng, 0.02, f"H{doctor:02d}"), KINDS[kind], DIAGNOSES[dx], day(rng),
        -cost if rng.random() < 0.02 else cost, int(rng.expovariate(0.7)) % 15,
        maybe(rng, 0.15, round(8 * amount) / 8), rng.random() < 0.1,
    ]


def lab(rng, patient, home):
    test = zipf(rng, 8, 1.2)
    # Some tests are done at two laboratories only.
    laboratory = home % 2 if test in (3, 6) else zipf(rng, 7, 1.0)
    value = rng.lognormvariate(3, 4) if test in (2, 4, 7) else rng.lognormvariate(1.6, 0.8)
    return [
        patient, f"L{laboratory}", TESTS[test], maybe(rng, 0.1, round(8 * value) / 8),
        maybe(rng, 0.3, round(rng.random(), 4)), day(rng), rng.choice(["H", "L", None, None]), 1 + zipf(rng, 5, 1.0),
    ]


def maybe(rng, share_missing, value):
    return None if rng.random() < share_missing else value


def day(rng):
    return FIRST_DAY + datetime.timedelta(days=rng.randrange(DAYS))


def zipf(rng, n, s, _cache={}):
    """A rank from 0, the more rarely the higher."""
    if (n, s) not in _cache:
        total, weights = 0.0, []
        for k in range(n):
            total += 1 / (k + 1) ** s
            weights.append(total)
        _cache[n, s] = weights
    return rng.choices(range(n), cum_weights=_cache[n, s])[0]

"""What the automatic attacker knows of everybody: a register of residents, and who is in the data.

Sex, year of birth, area and day of enrolment are known of all, as a neighbour, a roll or a leaked list
tells them. Smoking, diagnoses, income, bills and visits are not.
"""

import csv
import os

import numpy as np

DAY = "2024-03-15"  # a day on which the attacker saw the target go to hospital


class Register:
    """Columns over persons, in the order of `person.csv`, and the truth that is judged by."""

    def __init__(self, records):
        people = read(records, "person")
        self.n = len(people)
        self.sex = np.array([p["sex"] for p in people])
        self.birth_year = np.array([int(p["birth_year"]) for p in people])
        self.area = np.array([p["area"] for p in people])
        self.enrolled = np.array([p["enrolled"] for p in people])
        self.truth = truth(records, people)

    def only(self, person):
        """The condition that fits one person alone, or None if the register has a double."""
        condition = (
            f"(sex = '{self.sex[person]}' AND birth_year = {self.birth_year[person]} AND area = '{self.area[person]}' "
            f"AND enrolled = DATE '{self.enrolled[person]}')"
        )
        same = (
            (self.sex == self.sex[person]) & (self.birth_year == self.birth_year[person])
            & (self.area == self.area[person]) & (self.enrolled == self.enrolled[person])
        )
        return (condition, same) if same.sum() == 1 else None


def truth(records, people):
    """What is secret: measure → one number for each person. Money in cents."""
    index = {p["patient"]: n for n, p in enumerate(people)}
    blank = lambda: np.zeros(len(people), dtype=np.int64)
    out = {"smoker": blank(), "B20": blank(), "income": blank(), "bills": blank(), "bill": blank()}
    for p in people:
        out["smoker"][index[p["patient"]]] = p["smoker"] == "true"
        out["income"][index[p["patient"]]] = round(100 * float(p["income"]))
    for d in read(records, "diagnosis"):
        if d["dx"] == "B20":
            out["B20"][index[d["patient"]]] = 1
    for v in read(records, "visit"):
        for name in ("bills", "bill") if v["day"] == DAY else ("bills",):
            out[name][index[v["patient"]]] += 100 * int(v["cost"])
    return out


def read(records, table):
    with open(os.path.join(records, f"{table}.csv"), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))

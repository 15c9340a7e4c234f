"""The automatic attacker's grammar: questions of which the attacker knows what each figure adds up.

A `Figure` says where a number stands in an answer, over which persons (a mask over the register) it
adds up which secrets, and what a gap there means. The solver needs nothing else. The parts:

    condition   a piece of SQL over the register's columns, with its mask
    measure     how a secret is summed: spellings that all mean the same sum
    plan        a series of questions around the target, such as a tracker or salted subsets
"""

from dataclasses import dataclass, field

import numpy as np

from .register import DAY


@dataclass
class Figure:
    """One number of an answer: the sum of `parts`, times `scale`, plus `offset`."""

    question: int
    column: int
    labels: tuple = ()  # of its row; () for the only row
    parts: list = field(default_factory=list)  # (secret, mask, 1 or -1): the persons' secrets, added or taken away
    scale: float = 1.0
    offset: float = 0.0
    spelt: str = ""  # its argument, as a ledger would know it again
    limit: float = 0.0  # if not 0: the value is exact only when smaller than this, and not negative
    counted: bool = False  # each person brings 0 or 1, and only who brings 1 is a contributor
    split: str = ""  # how its argument splits her off: suppressed, there is somebody on the smaller side


@dataclass
class Question:
    sql: str
    figures: list


class Writer:
    """Writes questions about one target."""

    def __init__(self, rng, register, person):
        self.rng, self.register = rng, register
        self.her, self.alone = register.only(person)
        self.person, self.questions = person, []
        self.secret = rng.choice(["smoker", "smoker", "B20", "income", "bills", "bill"])

    def ask(self, sql, *figures):
        n = len(self.questions)
        for figure in figures:
            figure.question = n
        self.questions.append(Question(sql, list(figures)))

    # --- conditions

    def condition(self):
        """A condition that many fit, and many do not."""
        r, rng = self.register, self.rng
        kind = rng.randrange(6)
        if kind == 0:
            sex = rng.choice("FM")
            return f"sex = '{sex}'", r.sex == sex
        if kind == 1:
            year = rng.randrange(1945, 2000)
            return f"birth_year <= {year}", r.birth_year <= year
        if kind == 2:
            modulus, rest = rng.choice([(2, 0), (2, 1), (3, 1), (5, 2), (7, 3)])
            return f"birth_year % {modulus} = {rest}", r.birth_year % modulus == rest
        if kind == 3:
            areas = rng.sample(sorted(set(r.area)), rng.randrange(2, 9))
            return f"area IN ({', '.join(map(repr, areas))})", np.isin(r.area, areas)
        if kind == 4:
            month = rng.randrange(3, 11)
            return f"enrolled < DATE '2024-{month:02d}-01'", r.enrolled < f"2024-{month:02d}-01"
        return self.salted()

    def salted(self, share=50):
        """A pseudorandom subset of the years of birth."""
        salt = self.rng.randrange(1, 100_000)
        return f"(birth_year * {salt} + {salt % 97}) % 101 < {share}", (self.register.birth_year * salt + salt % 97) % 101 < share

    def everybody(self):
        return "birth_year > 0", np.ones(self.register.n, dtype=bool)

    def both(self, a, b):
        return f"({a[0]} AND {b[0]})", a[1] & b[1]

    def either(self, a, b):
        return f"({a[0]} OR {b[0]})", a[1] | b[1]

    def neither(self, a):
        return f"NOT {a[0]}" if a[0].startswith("(") else f"NOT ({a[0]})", ~a[1]

    @property
    def target(self):
        return self.her, self.alone

    @property
    def others(self):
        return self.neither(self.target)

    # --- measures

    def sum_over(self, condition):
        """A question for the secret's sum over a condition, spelt in one of many ways."""
        sql, mask = condition
        rng = self.rng
        if self.secret == "smoker":
            form = rng.randrange(4)
            if form == 0:
                self.ask(f"SELECT count(*) FROM person WHERE smoker AND {sql}", counted("smoker", mask))
            elif form == 1:
                self.ask(f"SELECT count(*) FILTER (WHERE smoker) FROM person WHERE {sql}", counted("smoker", mask))
            elif form == 2:
                self.ask(f"SELECT count(patient) / 2 FROM (SELECT * FROM person UNION ALL SELECT * FROM person) t WHERE smoker AND {sql}", counted("smoker", mask))
            else:
                self.ask(f"SELECT count(DISTINCT patient) FROM person WHERE smoker AND {sql}", counted("smoker", mask))
        elif self.secret == "B20":
            self.ask(f"SELECT count(*) FROM person WHERE {sql} AND patient IN (SELECT patient FROM diagnosis WHERE dx = 'B20')", counted("B20", mask))
        elif self.secret == "income":
            size = int(mask.sum())
            spelt, scale, offset = rng.choice([
                ("sum(income)", 1, 0), ("sum(income)", 1, 0), ("avg(income)", 1 / max(size, 1), 0), ("sum(2 * income)", 2, 0),
                ("sum(income + 1000)", 1, 1000 * size), ("-sum(-income)", 1, 0),
            ])
            self.ask(f"SELECT {spelt} FROM person WHERE {sql}", Figure(0, 0, parts=[("income", mask, 1)], scale=scale, offset=100 * offset, spelt=spelt))
        else:
            spelt, scale = rng.choice([("sum(cost)", 1), ("sum(cost)", 1), ("sum(3 * cost)", 3), ("sum(cost * 1.0)", 1), ("sum(coalesce(cost, 0))", 1)])
            self.ask(
                f"SELECT {spelt} FROM visit v JOIN person p ON v.patient = p.patient WHERE {sql}",
                Figure(0, 0, parts=[("bills", mask, 1)], scale=scale, spelt=spelt),
            )

    def one_visit_left_out(self, condition):
        """The bills of a condition's persons, but for the target's of one day."""
        sql, mask = condition
        spelt, scale = self.rng.choice([("sum(cost)", 1), ("sum(2 * cost)", 2), ("sum(cost + 0)", 1), ("sum(coalesce(cost, 0))", 1)])
        self.ask(
            f"SELECT {spelt} FROM visit v JOIN person p ON v.patient = p.patient WHERE {sql} AND NOT (day = DATE '{DAY}' AND {self.her})",
            Figure(0, 0, parts=[("bills", mask, 1), ("bill", self.alone, -1)], scale=scale, spelt=spelt),
        )


def counted(secret, mask):
    return Figure(0, 0, parts=[(secret, mask, 1)], counted=True)

"""The automatic attacker: histories of questions around random targets, and what they tell.

A claim is a value that the attacker is sure of; by which means it was reached is kept with it. Exact
values of money cannot be right by luck. A yes or no can, so a means counts as prey only when its
claims are right (nearly) every time, more than a few times.
"""

import collections
import random
from dataclasses import dataclass

from . import plans, solver
from .foresight import Ledger
from .grammar import Writer
from .register import Register

SURE, FEW, RIGHT = 1e-6, 5, 0.95
BINARY = ("smoker", "B20")


@dataclass
class Claim:
    history: int
    plans: tuple
    means: str  # `equations`, `bounds from …`, `small cell`
    secret: str
    said: float
    right: bool


def run(house, histories, seed, names=None, first=0, foresee=False):
    """Claims of each history, and how many questions were asked."""
    register = Register(house.records)
    claims, asked = [], 0
    for n in range(first, first + histories):
        rng = random.Random(f"{seed}/{n}")
        writer, chosen = write(rng, register, names)
        answers = house.ask(house.study(), [q.sql for q in writer.questions])
        asked += len(answers)
        if foresee:
            ledger = Ledger(register)
            for question, answer in zip(writer.questions, answers):
                ledger.blank(question, answer)
        claims += judged(n, chosen, writer, answers, register)
    return claims, asked


def write(rng, register, names):
    """The questions of one history, and its plans."""
    while True:
        # Somebody whom the register tells apart, and who was seen at a hospital on the day.
        person = rng.randrange(register.n)
        if register.only(person) and register.truth["bill"][person]:
            break
    writer = Writer(rng, register, person)
    chosen = tuple(rng.choice(names or sorted(plans.PLANS)) for _ in range(rng.choice([1, 1, 2])))
    for name in chosen:
        plans.PLANS[name](writer)
    for _ in range(rng.randrange(4)):
        plans.noise(writer)
    if rng.random() < 0.5:
        shuffled(rng, writer)
    return writer, chosen


def shuffled(rng, writer):
    """Asks in another order, so that no rule leans on one."""
    rng.shuffle(writer.questions)
    for n, question in enumerate(writer.questions):
        for figure in question.figures:
            figure.question = n


def judged(n, chosen, writer, answers, register):
    """What the attacker claims of the target, or of a few people, and whether it is so."""
    told = [t for q, a in zip(writer.questions, answers) for t in solver.read(q, a)]
    told = solver.denied(told)
    if not told:
        return []
    system = solver.System(told, writer.alone)
    claims = []
    for secret, size, hers, value in system.determined():
        if hers:
            real = int(register.truth[secret][writer.person])
            claims.append(Claim(n, chosen, "equations", secret, value, value == real))
    hers = {c.secret for c in claims}
    for secret in set(system.secrets) & set(BINARY) - hers:
        by = {t.by for t in told} - {"figures"}
        ends = system.bounded(secret) if by else None
        if ends and ends[1] - ends[0] < SURE:
            real = int(register.truth[secret][writer.person])
            claims.append(Claim(n, chosen, f"bounds from {'+'.join(sorted(by))}", secret, round(ends[0]), round(ends[0]) == real))
    return claims


def prey(claims):
    """The claims that count."""
    money = [c for c in claims if c.secret not in BINARY and c.right]
    means = collections.defaultdict(list)
    for claim in claims:
        if claim.secret in BINARY:
            means[claim.means].append(claim)
    sure = [
        own for own in means.values()
        if sum(c.right for c in own) >= FEW and sum(c.right for c in own) >= RIGHT * len(own)
    ]
    return money + [c for own in sure for c in own if c.right]


def report(claims, histories, asked, seconds):
    lines = [f"{histories} histories, {asked} questions, {seconds:.0f} s; {len(prey(claims))} secrets told"]
    groups = collections.defaultdict(list)
    for claim in claims:
        kind = "a yes or no" if claim.secret in BINARY else "money"
        groups["+".join(sorted(set(claim.plans))), claim.means, kind].append(claim)
    for (names, means, kind), own in sorted(groups.items()):
        right = sum(c.right for c in own)
        lines.append(f"  {names:<22} {means:<34} {kind:<12} right {right:>3}, wrong {len(own) - right:>3}")
    return "\n".join(lines)

"""Whether an attack told the secret, and what stopped it if it did not.

An attack succeeds when its guess is right in every world. The worlds are twins that differ in the
secret, so a guess that is right in both was read off the answers. What may lawfully differ between
twins (a count of hundreds that includes the target) helps nobody who cannot work the rest out.
"""

import datetime
import decimal
from dataclasses import dataclass, field

import duckdb

from .answers import Answers, Nothing
from .data import TABLES

# Failures that mean that the attack is badly written, unless it says that it means them.
CLUMSY = {"syntax", "meaning", "unknown_table", "unknown_column", "bad_line", "parameter", "internal"}


class Secrets:
    """The truth of one world, by DuckDB over the same files."""

    def __init__(self, records):
        self.db = duckdb.connect(config={"threads": 1})
        self.known = {}
        for name in TABLES:
            types = "{'mark': 'VARCHAR'}" if name == "visit" else "{}"
            self.db.execute(f"CREATE TABLE {name} AS FROM read_csv('{records}/{name}.csv', header=true, types={types})")

    def __getitem__(self, sql):
        if sql not in self.known:
            row = self.db.execute(sql).fetchone()
            self.known[sql] = plain(row[0]) if row else None
        return self.known[sql]


@dataclass
class Outcome:
    """What came of an attack."""

    attack: object
    succeeded: bool
    stops: set = field(default_factory=set)  # codes and reasons in its answers
    fault: str = ""  # why it proves nothing
    guesses: list = field(default_factory=list)
    seconds: float = 0.0


def judge(attack, answers, secrets):
    """`answers` and `secrets` by world, in the attack's order of worlds."""
    truths = [secrets[world][attack.secret_sql] for world in attack.worlds]
    heard = [Answers(answers[world]) for world in attack.worlds]
    stops = set().union(*(stopped(h) for h in heard))
    if len({repr(t) for t in truths}) < 2:
        return Outcome(attack, False, stops, f"the secret is {truths[0]!r} in every world")
    if attack.solve == "differs":
        return Outcome(attack, heard[0].said() != heard[1].said(), stops)
    guesses = [guess(attack, h, t) for h, t in zip(heard, truths)]
    succeeded = all(same(g, t) for g, t in zip(guesses, truths))
    clumsy = (stops & CLUMSY) - set(attack.stopped_by)
    fault = "" if succeeded or not clumsy else f"badly written: {sorted(clumsy)}"
    return Outcome(attack, succeeded, stops, fault, guesses)


def guess(attack, heard, truth):
    """What the attacker takes the secret for; None where the answers leave them nothing to go by."""
    if not attack.solve:
        return next((v for v in heard.values() if same(v, truth)), None)
    try:
        return eval(attack.solve, {"__builtins__": {}} | heard.words())
    except (Nothing, TypeError, IndexError, KeyError, ValueError, ZeroDivisionError, StopIteration, OverflowError):
        return None


def stopped(heard):
    """The codes and reasons that stand in answers."""
    codes = {heard.code(q) for q in range(len(heard.answers))} - {"released"}
    reasons = {cell["reason"] for a in heard.answers for cell in a.get("suppressed") or []}
    return codes | reasons


def same(guess, truth):
    if guess is None or truth is None:
        return False
    if isinstance(truth, bool) or isinstance(guess, bool) or isinstance(truth, str):
        return guess == truth
    try:
        return abs(float(guess) - float(truth)) <= 1e-6 * max(1.0, abs(float(truth)))
    except (TypeError, ValueError):
        return False


def plain(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, (datetime.date, datetime.datetime)) else value

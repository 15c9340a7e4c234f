"""Reads `tests/attacks/*.toml`; each file is a class of attacks (its README says what an entry holds)."""

import glob
import itertools
import os
import re
import tomllib
from dataclasses import dataclass

from . import target

FIELDS = {"id", "knows", "secret", "ask", "solve", "stopped_by", "waits_for", "worlds", "each", "open",
          "by_policy", "series", "in_study", "new_version", "together", "slow"}


@dataclass
class Attack:
    """One series of questions, and how its answers are turned into a guess."""

    id: str
    kind: str  # the class: the file's name
    knows: str
    secret: str  # DuckDB's SQL, or the name of one of `target.QUESTIONS`
    ask: list[str]
    solve: str  # Python over `answers.Answers`; empty: the secret stands somewhere in the answers
    stopped_by: list[str]
    waits_for: str | None
    worlds: list[str]
    open: str | None  # the gap in what is planned that it comes through (README)
    by_policy: str | None  # the choice of the shipped bundle that lets it through; the strict one stops it
    in_study: list[int]  # which of its studies each question is asked in
    new_version: int | None  # the question before which a new version of the snapshot comes
    together: bool  # a class whose questions must all be refused, so that they may share a study

    @property
    def secret_sql(self):
        return target.QUESTIONS.get(self.secret, self.secret)


def load(folder, only=None, slow=False):
    """All attacks, in the order of files and entries. `only` picks a class, or ids that contain it; slow ones
    (a minute and more) come only where they are asked for."""
    attacks = []
    for path in sorted(glob.glob(os.path.join(folder, "*.toml"))):
        kind = os.path.splitext(os.path.basename(path))[0]
        with open(path, "rb") as file:
            book = tomllib.load(file)
        for entry in book["attack"]:
            if slow or not entry.get("slow", False):
                attacks += expand(entry, book, kind)
    ids = [attack.id for attack in attacks]
    doubled = {i for i in ids if ids.count(i) > 1}
    assert not doubled, f"ids twice: {doubled}"
    return [a for a in attacks if only is None or (only in a.id if "/" in only else only == a.kind)]


def expand(entry, book, kind):
    """One attack, or one for each combination of `each`."""
    unknown = set(entry) - FIELDS
    assert not unknown, f"{entry.get('id')}: unknown {unknown}"
    words = {"T": target.PREDICATE, "DAY": target.DAY} | book.get("let", {})
    each = entry.get("each", {})
    for n, values in enumerate(itertools.product(*each.values()), start=1):
        own = words | dict(zip(each, values))
        suffix = f"/{n}" if each else ""
        ask = entry["ask"] if isinstance(entry["ask"], list) else [entry["ask"]]
        ask = [sql for step in steps(entry.get("series", {})) for sql in map(lambda a: fill(a, own | step), ask)]
        studies = entry.get("in_study", [1] * len(ask))
        assert len(studies) == len(ask), f"{entry['id']}: in_study"
        yield Attack(
            id=f"{kind}/{entry['id']}{suffix}",
            kind=kind,
            knows=entry.get("knows", book.get("knows", "")),
            secret=fill(entry.get("secret", book.get("secret")), own),
            ask=ask,
            solve=fill(entry.get("solve", ""), own),
            stopped_by=entry.get("stopped_by", book.get("stopped_by", [])),
            waits_for=None if "open" in entry else entry.get("waits_for", book.get("waits_for")) or None,
            worlds=entry.get("worlds", ["base", "changed"]),
            in_study=studies,
            new_version=entry.get("new_version"),
            together=entry.get("together", book.get("together", False)),
            open=entry.get("open"),
            by_policy=entry.get("by_policy"),
        )


def steps(series):
    """The values that a series of questions goes through: from 0 to below a number."""
    return [dict(zip(series, numbers)) for numbers in itertools.product(*(range(n) for n in series.values()))]


def fill(text, words):
    """Puts `«name»` in; a word may hold others."""
    for _ in range(4):
        text = re.sub("«(\\w+)»", lambda m: str(words[m[1]]), text)
    return " ".join(text.split())

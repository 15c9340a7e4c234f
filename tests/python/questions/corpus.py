"""Reads tests/questions/*.sql. The form of a question is told in tests/questions/README.md."""

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "questions"


@dataclass
class Question:
    """One honest question."""

    id: str
    ja: str
    en: str
    topic: str
    sql: str
    needs: str | None = None  # what the gate must have before it can be answered
    remedy: str | None = None  # what a person asks instead where it is refused
    duckdb: str | None = None  # the same in DuckDB's words, where the two differ


@dataclass
class _Draft:
    header: dict = field(default_factory=dict)
    statements: dict = field(default_factory=lambda: {"sql": []})
    part: str = "sql"


def questions(folder=FOLDER):
    """All questions, files in alphabetical order."""
    found = [q for file in sorted(folder.glob("*.sql")) for q in _read(file)]
    ids = [q.id for q in found]
    twice = {i for i in ids if ids.count(i) > 1}
    assert not twice, f"ids that stand twice: {sorted(twice)}"
    return found


def _read(file):
    drafts = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{file.name}:{number}"
        header = re.fullmatch(r"-- (id|ja|en|needs): (.+)", line)
        part = re.fullmatch(r"-- (remedy|duckdb):", line)
        if header and header[1] == "id":
            drafts.append(_Draft())
        if header:
            drafts[-1].header[header[1]] = header[2].strip()
        elif part:
            drafts[-1].part = part[1]
            drafts[-1].statements[part[1]] = []
        elif drafts:
            draft = drafts[-1]
            assert draft.part or not line.strip(), f"{where}: a line after the statement's end"
            if draft.part:
                draft.statements[draft.part].append(line)
            if line.rstrip().endswith(";"):
                draft.part = None
    for draft in drafts:
        texts = {name: "\n".join(lines).strip().removesuffix(";") for name, lines in draft.statements.items()}
        yield Question(topic=file.stem, **draft.header, **texts)

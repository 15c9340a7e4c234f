"""The hand-written questions over real data, and what DuckDB says of them.

    real.py questions FILE               one {"id", "sql"} a line
    real.py judge FILE DATA ANSWERS      compares answers with DuckDB's figures and a brute-force count

The question file's form is told in tests/questions-real/randhie.toml. Each question is worked out
twice here, from its `sql` and from its `rows`; the two must agree before they judge an answer.
"""

import json
import os
import re
import sys
import tomllib
from types import SimpleNamespace

import duckdb
from exact import above, judge, oracle
from exact.questions import Item

TABLES = {"randhie": {"visit": "randhie"}, "nafld": {"person": "nafld1", "lab": "nafld2", "event": "nafld3"}}
WAYS = {"/": "ratio", "-": "difference"}


def main(command, path, *more):
    with open(path, "rb") as file:
        questions = tomllib.load(file)["question"]
    if command == "questions":
        for n, q in enumerate(questions):
            print(json.dumps({"id": str(n), "sql": q["sql"]}))
        return 0
    data, answers = more
    db = duckdb.connect(config={"threads": 1})
    for table, file in TABLES[os.path.basename(path).removesuffix(".toml")].items():
        db.execute(f"CREATE TABLE {table} AS FROM '{data}/{file}.csv'")
    with open(answers, encoding="utf-8") as file:
        answers = [json.loads(line) for line in file]
    assert len(answers) == len(questions), f"{len(answers)} answers to {len(questions)} questions"
    bad, shown, kept, left_out = 0, 0, 0, 0
    for q, answer in zip(questions, answers):
        cells = cells_of(db, q)
        wanted = above.expected(above_the_cut(q), cells)
        agree(db, q, wanted)
        found = judge.faults(wanted, answer)
        bad += bool(found)
        flat = [cell.shown for _, row in cells.rows for cell in row]
        shown, kept, left_out = shown + sum(flat), kept + len(flat) - sum(flat), left_out + len(cells.left_out)
        if found:
            print(f"\n{q['name']}: {q['sql']}\n  " + "\n  ".join(found[:6]))
    print(f"{len(questions) - bad} of {len(questions)} right; figures shown {shown}, kept {kept}; groups left out {left_out}")
    return 1 if bad else 0


def cells_of(db, q):
    """Cells with evidence, from the question's `rows`."""
    functions = [("count", f == "count_of") if f.startswith("count") and f != "count_distinct" else (f, True) for f in q["figures"]]
    db.execute(f"CREATE OR REPLACE TEMP TABLE u AS {q['rows']}")
    columns = {row[0]: row[1] for row in db.execute("DESCRIBE u").fetchall()}
    for n in range(len(functions)):
        for name, otherwise in ((f"a{n}", "1"), (f"m{n}", "TRUE")):
            if name not in columns:
                db.execute(f"CREATE OR REPLACE TEMP TABLE u AS SELECT *, {otherwise} AS {name} FROM u")
    # Values that part a figure's rows stand beside its argument: b0_0, b0_1 …; `sharp` names those that are sharp.
    parts = [[c for c in sorted(columns) if c.startswith(f"b{n}_")] for n in range(len(functions))]
    sharp = set(q.get("sharp", []))
    figures = [
        oracle.Fed(f, has, tuple(c in sharp for c in parts[n]), columns.get(f"a{n}") not in ("DOUBLE", "FLOAT"))
        for n, (f, has) in enumerate(functions)
    ]
    forms = ["set" if columns[c].endswith("[]") else "one" for c in sorted(columns) if re.fullmatch(r"i\d", c)]
    keys = sum(bool(re.fullmatch(r"k\d", c)) for c in columns)
    return oracle.judged(db, keys, forms, figures, q.get("codes", True))


def above_the_cut(q):
    """`items`, `having`, `order` and `limit` as the oracle reads them."""
    keys = sorted(set(re.findall(r"\bk\d\b", q["rows"])))
    items = [item(text) for text in q.get("items", keys + [f"f{n}" for n in range(len(q["figures"]))])]
    having = [(int(f[1:]), word, float(c)) for f, word, c in [q["having"].split()]] if "having" in q else []
    order = [("figure" if "f" in t else "key", int(t[-1]), t.startswith("-")) for t in q.get("order", "").split()]
    return SimpleNamespace(items=items, having=having, order=order, limit=q.get("limit"))


def item(text):
    if found := re.fullmatch(r"f(\d)([/-])f(\d)", text):
        return Item(WAYS[found[2]], (int(found[1]), int(found[3])))
    return Item("key" if text[0] == "k" else "figure", (int(text[1:]),))


def agree(db, q, wanted):
    """DuckDB's own answer to the question must have the very figures that were worked out from `rows`."""
    rows = [list(row) for row in db.execute(q.get("duckdb", q["sql"])).fetchall()]
    answer = {"verdict": "released", "rows": rows, "suppressed": []}
    bare = [[above.Cell(c.value, {None}, c.tolerance) if isinstance(c, above.Cell) else c for c in row] for row in wanted.rows]
    labels = {judge.labels(row) for row in bare}
    if wanted.left_out:
        answer["rows"] = [r for r in rows if tuple(judge.plain(v) for v, w in zip(r, bare[0]) if not isinstance(w, above.Cell)) in labels]
    found = judge.faults(above.Expected(bare, wanted.ordered, wanted.left_out, wanted.told, True), answer)
    assert not found, f"the question file is wrong: {q['name']}: {found[:5]}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

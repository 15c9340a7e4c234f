"""Makes a run's files and judges a run's answers."""

import collections
import json
import os
import pickle
import sys

from . import data, generate, judge, oracle
from .rules import TIE

# What must occur in a run of 2,000, so that it is no test of nothing.
SHAPES = {
    "table", "join_on", "join_using", "join_left", "join_comma", "join_extra", "public_join", "public_left",
    "public_comma", "narrowed", "cte", "per_patient", "per_patient_joined", "per_patient_twice", "distinct_rows",
    "union_all", "window", "semi_in", "anti_in", "semi_exists", "anti_exists", "semi_counted", "threshold", "filter",
    "having", "order", "limit", "distinct", "by_position", "ratio", "difference", "double", "count", "count_distinct",
    "sum", "avg", "keys_0", "keys_1", "keys_2", "keys_3", "case_argument", "division", "cast_text", "key_date_part",
    "key_band", "key_case", "key_bool", "key_substr", "key_coalesce", "key_counted", "between", "in_list", "like",
    "is_null", "not", "or", "and", "column_to_column",
    "join_right", "join_full", "public_outer", "listed", "case_branches", "bool_argument", "steps", "greatest", "product",
    "key_condition", "median", "approx", "up", "down", "stddev", "var", "corr", "regr_slope", "rank_above",
    "window_above", "share_above", "summaries_joined", "figures_of_figures",
}


def main(args):
    match args:
        case ["make", folder, seed, count]:
            return make(folder, int(seed), int(count))
        case ["judge", folder, *answers]:
            return judged(folder, answers)
        case ["self-test"]:
            from . import self_test

            return self_test.main()
    print("usage: exact.py make FOLDER SEED COUNT | judge FOLDER ANSWERS… | self-test", file=sys.stderr)
    return 2


def make(folder, seed, count):
    data.write(folder, seed)
    db = oracle.connect(folder)
    asked = generate.generate(seed, count)
    wanted, totals = [], Totals()
    with open(os.path.join(folder, "questions.jsonl"), "w", encoding="utf-8") as file:
        for n, question in enumerate(asked):
            try:
                cells = [oracle.cells(db, part) for part in question.parts]
            except Exception:
                print(f"question {n}: {question.sql()}", file=sys.stderr)
                raise
            totals.add(question, cells)
            wanted.append((question.sql(), sorted(question.tags), question.expected(cells)))
            file.write(json.dumps({"id": str(n), "sql": question.sql()}) + "\n")
    with open(os.path.join(folder, "expected.pickle"), "wb") as file:
        pickle.dump(wanted, file)
    print(totals)
    return totals.fault(count)


def judged(folder, paths):
    """Zero if all answers are right."""
    with open(os.path.join(folder, "expected.pickle"), "rb") as file:
        wanted = pickle.load(file)
    bad = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            answers = {answer["id"]: answer for answer in map(json.loads, file)}
        wrong, by_tag, kinds = 0, collections.Counter(), collections.Counter()
        for n, (sql, tags, expected) in enumerate(wanted):
            answer = answers.get(str(n))
            found = judge.faults(expected, answer) if answer else ["no answer"]
            if found:
                wrong += 1
                by_tag.update(tags)
                kinds[found[0].split(":")[0][:20] if answer and answer["verdict"] == "released" else found[0]] += 1
                if wrong <= int(os.environ.get("SEKISHO_SHOW", "10")):
                    print(f"\nquestion {n}: {sql}\n  " + "\n  ".join(found[:6]))
        print(f"\n{os.path.basename(path)}: {len(wanted) - wrong} of {len(wanted)} answers are right")
        if wrong:
            shares = {t: f"{c}/{sum(t in tags for _, tags, _ in wanted)}" for t, c in by_tag.most_common(25)}
            print("  wrong, by what they are:", dict(kinds.most_common(12)))
            print("  wrong, by shape:", shares)
        bad += wrong
    return 1 if bad else 0


class Totals:
    """How many figures are shown and kept, and whether every shape and reason occurs."""

    def __init__(self):
        self.figures, self.tags, self.questions = (collections.Counter() for _ in range(3))
        self.left_out = self.ties = 0

    def add(self, question, cells):
        self.tags.update(question.tags)
        left_out = sum(len(part.left_out) for part in cells)
        self.left_out += left_out
        rows = [row for part in cells for row in part.rows]
        shown = [cell.outcomes == {None} for _, row in rows for cell in row]
        self.questions["all shown" if all(shown) and not left_out else "some shown" if any(shown) else "none shown"] += 1
        for _, row in rows:
            for cell in row:
                self.ties += not cell.sure
                self.figures["/".join(sorted(map(str, cell.outcomes)))] += 1

    @property
    def share(self):
        return self.figures["None"] / max(1, sum(self.figures.values()))

    def fault(self, count):
        """Complains when a full run would prove little."""
        if count < 2_000:
            return 0
        missing = [t for t in sorted(SHAPES) if self.tags[t] < 5]
        reasons = [r for r in ("patients", "institutions", "dominance", "condition", "quantile") if self.figures[r] < 100]
        if missing or reasons or not 0.4 <= self.share <= 0.8 or not self.left_out:
            print(f"a test of too little: shapes {missing}, reasons {reasons}, released {self.share:.0%}", file=sys.stderr)
            return 1
        return 0

    def __str__(self):
        kinds = ", ".join(f"{name} {n}" for name, n in self.figures.most_common())
        return (f"questions: {dict(self.questions)}; figures: {kinds}; {self.share:.1%} released; "
                f"{self.left_out} groups left out; {self.ties} figures within {TIE} of a limit")

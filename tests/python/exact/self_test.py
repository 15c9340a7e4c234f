"""The oracle by itself, against cases worked out by hand."""

import unittest

import duckdb

from . import above, group, judge, oracle, rules
from .expr import Atom
from .figures import Cell, Fed
from .questions import Figure, Item, Question
from .relations import Rel


def rows(text):
    """Makes `u` with columns p, i0, k0, a0, m0 out of lines of text; `-` is missing."""
    db = duckdb.connect(config={"threads": 1})
    db.execute("CREATE TEMP TABLE u (p VARCHAR, i0 VARCHAR, k0 VARCHAR, a0 BIGINT, m0 BOOLEAN)")
    for line in text:
        db.execute("INSERT INTO u VALUES (?, ?, ?, ?, ?)", [None if v == "-" else v for v in line.split()])
    return db


def one(text, function, has_argument=True, codes_only=True):
    cells = oracle.judged(rows(text), 1, ["one"], [Fed(function, has_argument)], codes_only)
    return {labels[0]: row[0] for labels, row in cells.rows}, cells.left_out


def patients(n, hospitals=3, value=1, first=0, label="A"):
    return [f"p{first + i} h{(first + i) % hospitals} {label} {value} true" for i in range(n)]


class Patients(unittest.TestCase):
    def test_nine_are_kept_and_ten_are_shown(self):
        for n, outcome in [(1, "patients"), (9, "patients"), (10, None), (11, None)]:
            cells, _ = one(patients(n), "count", False)
            self.assertEqual(cells["A"].outcomes, {outcome}, n)
            self.assertEqual(cells["A"].value, n)

    def test_two_rows_of_one_patient_are_one_patient(self):
        cells, _ = one(patients(9) + patients(9), "count", False)
        self.assertEqual((cells["A"].value, cells["A"].outcomes), (18, {"patients"}))

    def test_nobody_is_shown_as_zero_or_null(self):
        nobody = [line.replace("true", "false") for line in patients(12)]
        self.assertEqual(one(nobody, "count", False)[0]["A"], Cell(0, {None}))
        self.assertEqual(one(nobody, "sum")[0]["A"], Cell(None, {None}))

    def test_a_missing_argument_or_filter_feeds_nothing(self):
        text = patients(9) + ["p20 h0 A - true", "p21 h0 A 5 -", "p22 h0 A 5 false"]
        self.assertEqual(one(text, "sum")[0]["A"].outcomes, {"patients"})
        self.assertEqual(one(text, "sum")[0]["A"].value, 9)
        self.assertEqual(one(text, "count", False)[0]["A"].outcomes, {None}, "p20's row counts: ten patients")

    def test_rows_of_nobody_count_but_are_no_patient(self):
        text = patients(9) + ["- - A 1 true"] * 5
        self.assertEqual(one(text, "count", False)[0]["A"], Cell(14, {"patients"}))
        self.assertEqual(one(["- - A 1 true"], "count", False)[0]["A"].outcomes, {None})


class Institutions(unittest.TestCase):
    def test_two_are_kept_and_three_are_shown(self):
        for n, outcome in [(1, "institutions"), (2, "institutions"), (3, None)]:
            self.assertEqual(one(patients(12, hospitals=n), "count", False)[0]["A"].outcomes, {outcome})

    def test_too_few_patients_is_said_first(self):
        self.assertEqual(one(patients(5, hospitals=1), "count", False)[0]["A"].outcomes, {"patients"})

    def test_no_institution_at_all_is_fine(self):
        text = [line.replace(" h0 ", " - ") for line in patients(12, hospitals=1)]
        self.assertEqual(one(text, "count", False)[0]["A"].outcomes, {None})

    def test_sets_are_united(self):
        db = rows(patients(12))
        for sets, outcome in [("['h0', 'h1']", "institutions"), ("['h0', p]", None), ("NULL", None)]:
            db.execute(f"CREATE OR REPLACE TEMP TABLE v AS SELECT * REPLACE ({sets}::VARCHAR[] AS i0) FROM u")
            db.execute("CREATE OR REPLACE TEMP TABLE w AS FROM u; CREATE OR REPLACE TEMP TABLE u AS FROM v")
            cells = oracle.judged(db, 1, ["set"], [Fed("count", False)], True)
            self.assertEqual(cells.rows[0][1][0].outcomes, {outcome}, sets)
            db.execute("CREATE OR REPLACE TEMP TABLE u AS FROM w")


class Dominance(unittest.TestCase):
    def outcome(self, *contributions):
        text = [f"p{n} h{n % 5} A {v} true" for n, v in enumerate(contributions)]
        return one(text, "sum")[0]["A"].outcomes

    def test_two_largest_over_nine_tenths(self):
        self.assertEqual(self.outcome(50, 41, *[1] * 9), {"dominance"}, "91 of 100")
        self.assertEqual(self.outcome(50, 39, *[1] * 11), {None}, "89 of 100")
        self.assertEqual(self.outcome(50, 40, *[1] * 10), {None, "dominance"}, "90 of 100: at the limit")

    def test_the_rest_under_a_tenth_of_the_largest(self):
        # At 90 % and p = 10 % the first rule implies the second: rest < x1 / 10 <= T / 10.
        self.assertEqual(self.outcome(1000, 1, *[1] * 98), {"dominance"}, "98 of 1,000")

    def test_a_patients_amounts_are_added_before_their_sign_goes(self):
        text = patients(10, value=10) + ["p20 h0 A 1000 true", "p20 h1 A -1000 true"]
        self.assertEqual(one(text, "sum")[0]["A"].outcomes, {None})
        text = patients(10, value=10) + ["p20 h0 A -1000 true", "p21 h1 A 900 true"]
        self.assertEqual(one(text, "sum")[0]["A"].outcomes, {"dominance"})

    def test_counts_know_no_dominance_and_zeros_are_fine(self):
        text = patients(10) + ["p20 h0 A 1000 true"] * 500
        self.assertEqual(one(text, "count", True)[0]["A"].outcomes, {None})
        self.assertEqual(self.outcome(*[0] * 12), {None})


class Condition(unittest.TestCase):
    def outcome(self, sharp, *levels):
        """Each level: (value, how many patients stand at it, the number of the first)."""
        db = rows(line for value, n, first in levels for line in patients(n, 3, value, first))
        db.execute("ALTER TABLE u ADD COLUMN b0_0 BIGINT; UPDATE u SET b0_0 = a0, a0 = 5")
        return oracle.judged(db, 1, ["one"], [Fed("sum", True, (Atom("b0_0", sharp),))], True).rows[0][1][0].outcomes

    def test_one_level_tells_nothing(self):
        self.assertEqual(self.outcome(True, (1, 12, 0)), {None})

    def test_nine_at_a_level(self):
        for sharp in (True, False):
            self.assertEqual(self.outcome(sharp, (0, 30, 0), (1, 9, 50)), {"condition"})
            self.assertEqual(self.outcome(sharp, (0, 30, 0), (1, 10, 50)), {None})

    def test_single_levels_count_where_they_can_be_told(self):
        levels = [(0, 30, 0), (1, 5, 50), (2, 5, 60)]
        self.assertEqual([self.outcome(sharp, *levels) for sharp in (True, False)], [{"condition"}, {None}])

    def test_who_stands_at_both_is_away_from_each(self):
        self.assertEqual(self.outcome(False, (0, 30, 0), (1, 10, 0)), {None})
        self.assertEqual(self.outcome(False, (0, 9, 0), (1, 9, 0), (1, 30, 50)), {"condition"})

    def test_many_levels_are_not_told_apart(self):
        many = [(n, 1, n) for n in range(17)]
        self.assertEqual(self.outcome(True, *many), {None}, "each patient has a value")
        self.assertEqual(self.outcome(True, *many, (99, 30, 50)), {None})
        few = [(n, 2, n % 8) for n in range(17)]
        self.assertEqual(self.outcome(True, *few, (99, 30, 50)), {"condition"}, "nine patients have seventeen values")
        self.assertEqual(self.outcome(True, *few, (99, 30, 50), (98, 5, 90)), {None, "condition"}, "14, but 9 are told apart")


class Rounding(unittest.TestCase):
    def test_ten_digits(self):
        self.assertEqual([rules.rounded(v) for v in (12345678912.5, 1 / 3, None)], [12345678910.0, 0.3333333333, None])


class Told(unittest.TestCase):
    def test_a_group_with_one_column_is_told(self):
        figures, cell = [Fed("count", False)], [Cell(12, {None})]
        labels = [("a", "yes"), ("a", "no"), ("b", "yes")]
        cells = oracle.Cells([(label, cell) for label in labels])
        self.assertEqual(group.told(cells, figures, set(labels)), {True})
        self.assertEqual(group.told(cells, figures, set()), {False})
        kept = [Cell(3, {"patients"})]
        cells = oracle.Cells([(label, cell if label == ("a", "yes") else kept) for label in labels])
        self.assertEqual(group.told(cells, figures, set(labels)), {False}, "what is kept tells nothing")

    def test_a_mean_of_nothing_or_all(self):
        for value, outcome in [(0.0, True), (1.0, True), (0.5, False)]:
            cells = oracle.Cells([((), [Cell(value, {None})])])
            self.assertEqual(group.told(cells, [Fed("avg", True)], set()), {outcome})


class Groups(unittest.TestCase):
    def test_a_rare_group_stays_if_its_label_is_a_code(self):
        text = patients(12) + patients(3, first=50, label="B")
        cells, left_out = one(text, "count", False, codes_only=True)
        self.assertEqual((cells["B"].outcomes, left_out), ({"patients"}, []))

    def test_a_rare_group_is_left_out_if_it_is_not(self):
        text = patients(12) + patients(3, first=50, label="B")
        cells, left_out = one(text, "count", False, codes_only=False)
        self.assertEqual((list(cells), left_out), (["A"], [("B",)]))

    def test_without_keys_there_is_one_row(self):
        cells = oracle.judged(rows([]), 0, ["one"], [Fed("count", False)], True)
        self.assertEqual(cells.rows, [((), [Cell(0, {None})])])


class Above(unittest.TestCase):
    figures = [Figure("count"), Figure("count")]
    kept, five, ten = Cell(3, {"patients"}), Cell(5, {None}), Cell(10, {None})

    def question(self, items, **above_the_cut):
        return Question(Rel("t", "t", [], ("t.p", "t.p")), None, [object()], self.figures, items, **above_the_cut)

    def answer(self, rows, **above_the_cut):
        items = above_the_cut.pop("items", [Item("key", (0,)), Item("figure", (0,))])
        return above.expected(self.question(items, **above_the_cut), oracle.Cells(rows)).rows

    def test_a_kept_figure_passes_no_having_and_sorts_last(self):
        rows = [(("A",), [self.kept]), (("B",), [self.five]), (("C",), [self.ten])]
        self.assertEqual([r[0] for r in self.answer(rows, having=[(0, "<", 8)])], ["B"])
        order = [("figure", 0, True), ("key", 0, False)]
        self.assertEqual([r[0] for r in self.answer(rows, order=order)], ["C", "B", "A"])
        self.assertEqual([r[0] for r in self.answer(rows, order=order, limit=1)], ["C"])

    def test_arithmetic_on_a_kept_figure_is_kept(self):
        rows = [(("A",), [self.five, self.kept]), (("B",), [self.five, self.ten])]
        a, b = (r[0] for r in self.answer(rows, items=[Item("ratio", (0, 1))]))
        self.assertEqual((a.outcomes, b.outcomes, b.value), ({"patients"}, {None}, 0.5))


class Judge(unittest.TestCase):
    def test_each_kind_of_fault_is_found(self):
        wanted = above.Expected([["A", Cell(12, {None})], ["B", Cell(3, {"patients"})]], False, False, {False}, True)
        right = {"verdict": "released", "rows": [["B", None], ["A", 12]],
                 "suppressed": [{"row": 0, "column": 1, "reason": "patients"}]}
        self.assertEqual(judge.faults(wanted, right), [])
        for change in [
            {"rows": [["B", None], ["A", 13]]}, {"rows": [["B", 3], ["A", 12]]}, {"rows": [["B", None]]},
            {"rows": [["B", None], ["C", 12]]}, {"suppressed": []}, {"verdict": "refused"},
            {"suppressed": [{"row": 0, "column": 1, "reason": "dominance"}]},
            {"suppressed": right["suppressed"] + [{"row": 1, "column": 1, "reason": "patients"}]},
        ]:
            self.assertNotEqual(judge.faults(wanted, {**right, **change}), [], change)

    def test_a_tie_may_go_either_way(self):
        self.assertEqual(rules.reasons("sum", rules.Evidence(12, (), 50, 40, 100)), {None, "dominance"})


def main():
    result = unittest.TextTestRunner(verbosity=1).run(unittest.defaultTestLoader.loadTestsFromName(__name__))
    return 0 if result.wasSuccessful() else 1

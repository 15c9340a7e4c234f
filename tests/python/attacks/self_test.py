"""The attacker's own tools against cases worked out by hand."""

from types import SimpleNamespace

import numpy as np

from . import algebra, corpus, foresight, judge, solver
from .answers import Answers
from .grammar import Figure, Question


def main():
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check()
    print("the attacker's tools agree with the cases worked out by hand")
    return 0


def check_equations():
    assert algebra.determined([([1, 1, 0], 12), ([0, 1, 1], 7), ([0, 0, 1], 3)], 0) == 8
    assert algebra.determined([([1, 1, 0], 12), ([0, 1, 1], 7)], 0) is None
    assert algebra.determined([([2, 3], 1), ([1, 1], 1)], 1) == -1


def check_guesses():
    released = {"id": "0", "verdict": "released", "rows": [["a", 5], ["b", None]], "suppressed": [{"row": 1, "column": 1, "reason": "patients"}]}
    refused = {"id": "1", "verdict": "refused", "refusal": {"code": "raw_rows"}}
    attack = lambda solve: SimpleNamespace(
        solve=solve, secret_sql="s", worlds=["one", "two"], stopped_by=[], waits_for=None, id="", kind="", open=None)
    run = lambda solve, one, two, truths: judge.judge(
        attack(solve), {"one": one, "two": two}, {"one": {"s": truths[0]}, "two": {"s": truths[1]}})
    other = released | {"rows": [["a", 6], ["b", None]]}
    assert run("look(0, 'a')", [released], [other], (5, 6)).succeeded
    assert not run("look(0, 'a')", [released], [other], (5, 7)).succeeded, "right in one world is no success"
    assert not run("look(0, 'b')", [released], [other], (5, 6)).succeeded, "a gap is no guess"
    assert run("", [released], [other], (5, 6)).succeeded, "the secret stands in a cell"
    assert run("look(0, 'a')", [released], [other], (5, 5)).fault, "a secret that does not differ proves nothing"
    assert run("differs", [released], [other], (0, 1)).succeeded and not run("differs", [refused], [refused], (0, 1)).succeeded
    assert Answers([released, refused]).code(1) == "raw_rows" and judge.stopped(Answers([released, refused])) == {"patients", "raw_rows"}


def check_series():
    entry = {"id": "x", "ask": ["SELECT «k» + «w»"], "series": {"k": 2}, "each": {"w": [5, 6]}, "secret": "cost"}
    asked = [a.ask for a in corpus.expand(entry, {"attack": []}, "kind")]
    assert asked == [["SELECT 0 + 5", "SELECT 1 + 5"], ["SELECT 0 + 6", "SELECT 1 + 6"]], asked


def persons():
    alone = np.zeros(40, dtype=bool)
    alone[0] = True
    return alone, np.ones(40, dtype=bool)


def figure(mask, question=0):
    return Figure(question, 0, parts=[("smoker", mask, 1)], counted=True)


def shown(value):
    return {"verdict": "released", "rows": [[value]], "suppressed": []}


def hidden(reason):
    return {"verdict": "released", "rows": [[None]], "suppressed": [{"row": 0, "column": 0, "reason": reason}]}


def check_subtraction():
    alone, everybody = persons()
    told = [t for mask, n in ((everybody, 15), (~alone, 14)) for t in solver.read(Question("", [figure(mask)]), shown(n))]
    hers = [value for _, _, her, value in solver.System(told, alone).determined() if her]
    assert hers == [1], hers
    assert not [1 for _, _, her, _ in solver.System(told[:1], alone).determined() if her]


def check_bounds():
    alone, everybody = persons()
    told = solver.read(Question("", [figure(alone)]), hidden("patients"))
    assert solver.System(told, alone).bounded("smoker") == [1, 1], "a gap of one person who may be somebody is her"
    told = solver.read(Question("", [figure(everybody)]), hidden("patients"))
    assert solver.System(told, alone).bounded("smoker") == [0, 1]


def check_denials():
    alone, everybody = persons()
    told = solver.read(Question("", [figure(everybody)]), shown(15)) + solver.read(Question("", [figure(~alone)]), hidden("differencing"))
    assert solver.System(solver.denied(told), alone).bounded("smoker") == [1, 1]


def check_foresight():
    alone, everybody = persons()
    smokes = np.ones(40, dtype=np.int64)
    ledger = foresight.Ledger(SimpleNamespace(truth={"smoker": smokes}))
    first, second, far = shown(40), shown(39), shown(20)
    ledger.blank(Question("", [figure(everybody)]), first)
    ledger.blank(Question("", [figure(~alone)]), second)
    ledger.blank(Question("", [figure(np.arange(40) < 20)]), far)
    assert [a["rows"][0][0] for a in (first, second, far)] == [40, None, 20]

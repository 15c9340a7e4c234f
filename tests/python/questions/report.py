"""The report: how much of honest work is answered, and what is not."""

import json
from collections import Counter
from pathlib import Path

from .corpus import questions
from .data import connect, schema
from .evidence import register
from .judge import judge, truth


def answers(path):
    """id → answer"""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return {answer["id"]: answer for answer in map(json.loads, lines)}


def report(folder, runs):
    """Prints the figures for each run (name → file of answers); returns them."""
    db, tables = connect(folder)
    register(db)
    columns = schema(db)
    given_by = {name: answers(path) for name, path in runs.items()}
    # A sample is judged as far as it goes: on large data the oracle takes its time too.
    asked = [q for q in questions() if any(q.id in given for given in given_by.values())]
    truths = {}
    for question in asked:
        truths[question.id] = truth(db, columns, tables, question)
    total = {}
    for name, given in given_by.items():
        judged = {q.id: judge(truths[q.id], given[q.id], q.needs) for q in asked if q.id in given}
        remedies = {q.id: given.get(f"{q.id}#remedy") for q in asked if q.remedy}
        total[name] = totals(judged, remedies)
        show(name, asked, judged, remedies, total[name], given)
    unknown = {i: t.why for i, t in truths.items() if t.safe is None}
    print(f"\nthe oracle cannot tell safe cells of {len(unknown)} questions")
    for i, why in unknown.items():
        print(f"  {i}: {why}")
    return total


def totals(judged, remedies):
    """The figures that the test asserts."""
    verdicts = Counter(j.verdict for j in judged.values())
    all_, known = list(judged.values()), [j for j in judged.values() if j.known]
    answered = [j for j in known if j.verdict == "released"]
    by_remedy = sum(1 for i, a in remedies.items() if i in judged and judged[i].verdict != "released" and a and a["verdict"] == "released")
    return {
        "questions": len(all_),
        "answered": verdicts["released"],
        "refused": verdicts["refused"],
        "failed": verdicts["failed"],
        "remedies_that_work": by_remedy,
        "safe": sum(j.safe for j in known),
        "safe_released": sum(j.safe_released for j in known),
        "safe_in_answers": sum(j.safe for j in answered),
        "safe_per_question": sum(j.safe_released / j.safe for j in known if j.safe) / max(1, sum(1 for j in known if j.safe)),
        "released": sum(j.released for j in all_),
        "right": sum(j.right for j in all_),
        "published": sum(j.published for j in all_),
        "unannounced": sum(j.unannounced for j in all_),
        "unsafe_released": sum(len(j.unsafe_released) for j in all_),
        "unknown": len(all_) - len(known),
    }


def show(name, asked, judged, remedies, t, given):
    percent = lambda part, whole: f"{part} of {whole} ({100 * part / max(1, whole):.1f} %)"  # noqa: E731
    print(f"\n== {name}")
    print(f"questions answered       {percent(t['answered'], t['questions'])}; refused {t['refused']}, failed {t['failed']}")
    print(f"refused, remedy works    {t['remedies_that_work']}")
    print(f"safe cells released      {percent(t['safe_released'], t['safe'])} of all questions")
    print(f"                         {percent(t['safe_released'], t['safe_in_answers'])} of answered questions")
    print(f"                         {100 * t['safe_per_question']:.1f} % on average over questions")
    print(f"released cells right     {percent(t['right'], t['released'])}, and {t['published']} from published cells only ({t['unannounced']} without a notice)")
    print(f"released though unsafe   {t['unsafe_released']}")
    reasons = Counter()
    for j in judged.values():
        reasons.update(j.suppressed)
    held_back = Counter(reason for j in judged.values() for *_, reason in j.held_back)
    print(f"suppressed               {dict(reasons)}")
    print(f"suppressed though safe   {dict(held_back)}")
    for q in asked:
        j = judged.get(q.id)
        if j is None or j.verdict == "released":
            continue
        why = given[q.id].get("refusal") or given[q.id].get("failure")
        needs = f" [needs {q.needs}]" if q.needs else ""
        print(f"  {j.verdict} {q.id}{needs}: {why['code']}: {why['message']['en']}")
        if q.remedy:
            remedy = remedies.get(q.id)
            print(f"    remedy's query: {remedy['verdict'] if remedy else 'not asked'}")
        elif why.get("remedy"):
            print(f"    says: {why['remedy']['en']}")
    for i, j in judged.items():
        for reason, number in Counter(reason for *_, reason in j.held_back).items():
            key, n, value, _ = next(held for held in j.held_back if held[-1] == reason)
            print(f"  held back {i}: {number} by {reason}, such as {key} column {n}: {value}")
        if j.unannounced:
            print(f"  no notice {i}: {j.unannounced} figures are worked out from published cells")
        for key, n, value, true in j.wrong[:2]:
            print(f"  WRONG {i} {key} column {n}: shown {value}, true {true}")
        for key, n, value in j.unsafe_released[:2]:
            print(f"  UNSAFE {i} {key} column {n}: shown {value}")

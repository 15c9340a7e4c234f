"""Compares one answer of `query --jsonl` with what is expected."""

import datetime
import math

from .figures import Cell


def faults(expected, answer):
    """What is wrong with an answer, in words; empty when it is right."""
    if answer.get("verdict") != "released":
        problem = answer.get("refusal") or answer.get("failure") or {}
        return [f"{answer.get('verdict')}: {problem.get('code')}: {problem.get('message', {}).get('en')}"]
    if answer.get("notices") is not None:
        codes = {notice["code"] for notice in answer["notices"]}
        if expected.left_out != ("groups_left_out" in codes) or ("class_disclosure" in codes) not in expected.told:
            return [f"notices are {codes}, groups left out: {expected.left_out}, told: {expected.told}"]
    if not expected.sure:
        return []
    suppressed = {(c["row"], c["column"]): c["reason"] for c in answer["suppressed"]}
    rows = answer["rows"]
    if len(rows) != len(expected.rows):
        return [f"{len(rows)} rows, not {len(expected.rows)}: {difference(expected.rows, rows)}"]
    wrong = []
    for n, wanted, got in pairs(expected, rows, wrong):
        for column, (want, value) in enumerate(zip(wanted, got, strict=True)):
            fault = cell_fault(want, value, suppressed.pop((n, column), None))
            if fault:
                wrong.append(f"row {n} {labels(wanted)} column {column}: {fault}")
    wrong += [f"suppressed cell {at} is not there" for at in suppressed]
    return wrong


def pairs(expected, rows, wrong):
    """(position, expected row, answer's row), by position if the order is fixed, else by labels."""
    if expected.ordered:
        for n, (wanted, got) in enumerate(zip(expected.rows, rows)):
            yield n, wanted, got
        return
    by_labels = {labels(row): row for row in expected.rows}
    for n, got in enumerate(rows):
        key = tuple(plain(v) for v, want in zip(got, expected.rows[0]) if not isinstance(want, Cell))
        if key in by_labels:
            yield n, by_labels.pop(key), got
        else:
            wrong.append(f"row {n} {key} is not expected")


def labels(row):
    return tuple(plain(v) for v in row if not isinstance(v, Cell))


def difference(wanted, got):
    """Which labels are there too few or too many."""
    if not wanted or not got:
        return ""
    mine = {labels(row) for row in wanted}
    theirs = {tuple(plain(v) for v, want in zip(row, wanted[0]) if not isinstance(want, Cell)) for row in got}
    return f"missing {sorted(map(str, mine - theirs))[:5]}, too many {sorted(map(str, theirs - mine))[:5]}"


def cell_fault(want, value, reason):
    if not isinstance(want, Cell):
        return None if plain(want) == plain(value) and reason is None else f"label {value!r} ({reason}), not {want!r}"
    if reason not in want.outcomes:
        return f"{'suppressed: ' + reason if reason else 'shown'}, not {sorted(map(str, want.outcomes))}"
    if reason is not None:
        return None if value is None else "suppressed, but a value is there"
    if want.tolerance == math.inf:
        return None
    if want.value is None or value is None:
        return None if want.value is value else f"{value!r}, not {want.value!r}"
    if isinstance(want.value, float):
        error = abs(value - want.value)
        return None if math.isfinite(value) and error <= want.tolerance + 1e-9 * abs(want.value) else f"{value!r}, not {want.value!r}"
    return None if value == want.value else f"{value!r}, not {want.value!r}"


def plain(value):
    """A label as JSON has it: dates as ISO text, a timestamp at midnight as its date."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        value = value.isoformat()
    if isinstance(value, str) and value.endswith("T00:00:00"):
        return value[: -len("T00:00:00")]
    return value

"""The ledger as the design describes it, applied to answers of a gate that has none.

With this the automatic attacker says beforehand what such a ledger would leave open. A figure is blanked when it
differs from a recorded figure, or from the sum of one recorded table, by at least one and fewer than the
threshold of patients: in who contributed, or, for the same argument, in what they contributed. Out of scope: every
other rule; the binary has those.
"""

import numpy as np


class Ledger:
    """What one study was told, in the order of its questions."""

    def __init__(self, register, threshold=10):
        self.truth, self.threshold, self.recorded = register.truth, threshold, []

    def blank(self, question, answer):
        """Takes out of an answer what the ledger would not release; records the rest."""
        if answer["verdict"] != "released":
            return
        shown = []
        for figure in question.figures:
            at = next((n for n, row in enumerate(answer["rows"]) if tuple(row[: len(figure.labels)]) == figure.labels), None)
            if at is None or answer["rows"][at][figure.column] is None:
                continue
            entry = self.entry(figure)
            if any(self.near(entry, known) for known in self.recorded):
                answer["rows"][at][figure.column] = None
                answer.setdefault("suppressed", []).append({"row": at, "column": figure.column, "reason": "differencing"})
            else:
                shown.append(entry)
        self.recorded += shown
        if len(shown) > 1:
            members, amounts, argument = zip(*shown)
            self.recorded.append((np.logical_or.reduce(members), sum(amounts), argument[0]))

    def entry(self, figure):
        """Who contributes, what, and to which argument."""
        amounts = sum(sign * mask * self.truth[secret] for secret, mask, sign in figure.parts)
        rows = np.logical_or.reduce([mask for _, mask, sign in figure.parts if sign > 0])
        members = amounts > 0 if figure.counted else rows
        argument = (figure.parts[0][0], figure.spelt)
        return members, amounts * members, argument

    def near(self, one, other):
        """Whether two differ by a few, but not by nobody."""
        few = lambda n: 0 < n < self.threshold
        between = int((one[0] ^ other[0]).sum())
        return few(between) or (one[2] == other[2] and few(int((one[1] != other[1]).sum())))

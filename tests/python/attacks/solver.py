"""What a history of figures says of the target: by subtraction (linear algebra), then by a linear programme.

The unknowns are, for each secret, its sum over each atom: the persons that no figure's mask tells apart.
The target is an atom by herself. A shown figure is an equation; a gap is a pair of bounds, by what the
gate's reasons are known to mean:

    patients    a count of people: some, but fewer than the threshold
    condition   the smaller side has somebody
    differencing  a person or more between this figure and an earlier one that is near to it by its condition

Out of scope: rounding and noise. There the equations contradict one another or come out wrong, which
the judge notices.
"""

import numpy as np
from scipy.optimize import linprog

from .algebra import PRIME, reduced


class Told:
    """What was seen of one figure: an exact sum, or bounds with the reason they come from."""

    def __init__(self, figure, low, high, by):
        self.figure, self.low, self.high, self.by = figure, low, high, by


def read(question, answer, threshold=10):
    """The figures of one answer."""
    if answer["verdict"] != "released":
        return []
    gaps = {(c["row"], c["column"]): c["reason"] for c in answer.get("suppressed") or []}
    told = []
    for figure in question.figures:
        at = next((n for n, row in enumerate(answer["rows"]) if tuple(row[: len(figure.labels)]) == figure.labels), None)
        if at is None:
            # A group that is not there: known to be empty only where the gate shows what is not.
            if figure.counted and not any(n["code"] == "groups_left_out" for n in answer.get("notices") or []):
                told.append(Told(figure, 0, 0, "absent"))
            continue
        value, why = answer["rows"][at][figure.column], gaps.get((at, figure.column))
        if value is not None:
            cents = 1 if figure.counted else 100
            if figure.limit and not 0 <= value < figure.limit:
                continue
            total = round((float(value) * cents - figure.offset) / figure.scale)
            told.append(Told(figure, total, total, "figures"))
        elif why == "patients" and figure.counted:
            told.append(Told(figure, 1, threshold - 1, "patients"))
        elif why == "condition" and figure.split:
            told.append(Told(figure, 1, threshold - 1, f"condition in {figure.split}"))
        elif why == "differencing":
            told.append(Told(figure, None, None, "differencing"))
    return told


def denied(told, threshold=10):
    """Turns each denial into a bound, where only one earlier figure can be meant."""
    out = []
    for n, t in enumerate(told):
        if t.by != "differencing":
            out.append(t)
            continue
        close = []
        for earlier in told[:n]:
            if earlier.by == "figures" and t.figure.counted and earlier.figure.counted:
                (secret, mask, _), (other, near, _) = t.figure.parts[0], earlier.figure.parts[0]
                between = mask ^ near
                if secret == other and 0 < between.sum() < threshold:
                    close.append(between)
        if len(close) == 1:
            figure = type(t.figure)(0, 0, parts=[(t.figure.parts[0][0], close[0], 1)], counted=True)
            out.append(Told(figure, 1, int(close[0].sum()), "differencing"))
    return out


class System:
    """The unknowns and what is known of them."""

    def __init__(self, told, alone):
        self.told = told
        masks = [mask for t in told for _, mask, _ in t.figure.parts] + [alone]
        patterns, self.atom = np.unique(np.packbits(np.array(masks), axis=0), axis=1, return_inverse=True)
        self.atom = self.atom.ravel()
        self.atoms = patterns.shape[1]
        self.sizes = np.bincount(self.atom, minlength=self.atoms)
        self.her = int(self.atom[np.flatnonzero(alone)[0]])
        self.secrets = sorted({secret for t in told for secret, _, _ in t.figure.parts})

    def row(self, figure):
        row = np.zeros(len(self.secrets) * self.atoms)
        for secret, mask, sign in figure.parts:
            atoms = np.unique(self.atom[mask])
            row[self.secrets.index(secret) * self.atoms + atoms] += sign
        return row

    def determined(self):
        """(secret, persons in the atom, whether hers, value) of every unknown that the equations fix."""
        shown = [t for t in self.told if t.by in ("figures", "absent")]
        rows = [[int(c) for c in self.row(t.figure)] + [t.low % PRIME] for t in shown]
        for row, pivot in zip(rows, reduced(rows)):
            if not any(c for n, c in enumerate(row[:-1]) if n != pivot):
                secret, atom = divmod(pivot, self.atoms)
                value = row[-1] if row[-1] <= PRIME // 2 else row[-1] - PRIME
                yield self.secrets[secret], int(self.sizes[atom]), atom == self.her, value

    def bounded(self, secret):
        """The least and the greatest that hers can be, or None: a linear programme over 0/1 secrets."""
        used = [t for t in self.told if t.low is not None]
        a = np.array([self.row(t.figure) for t in used])
        c = np.zeros(a.shape[1])
        c[self.secrets.index(secret) * self.atoms + self.her] = 1
        low, high = np.array([t.low for t in used]), np.array([t.high for t in used])
        bounds = [(0, int(size)) for _ in self.secrets for size in self.sizes]
        ends = []
        for sign in (1, -1):
            done = linprog(sign * c, A_ub=np.vstack([a, -a]), b_ub=np.concatenate([high, -low]), bounds=bounds, method="highs")
            if done.status != 0:
                return None
            ends.append(sign * done.fun)
        return ends

"""What the policy `jisedai@1` says of the evidence behind one figure, by brute force."""

from dataclasses import dataclass, field

from .parting import APART

PATIENTS, INSTITUTIONS = 10, 3
TWO_LARGEST, P = 0.9, 0.1
DIGITS, QUANTILE_DIGITS = 10, 3  # significant ones, of what is made of floats
FREEDOM = 10  # degrees of freedom that must be left
TIE = 1e-9  # so near to its limit, dominance may go either way

# Figures of one argument, then of two; with the degrees of freedom that each spends.
MOMENTS = {"stddev": 1, "stddev_pop": 1, "var": 1, "var_pop": 1,
           "corr": 2, "covar_samp": 2, "covar_pop": 2, "regr_slope": 2}


@dataclass
class Evidence:
    """Of one figure in one cell, over the rows that feed it."""

    patients: int = 0
    institutions: tuple[int, ...] = ()  # distinct ones, for each table that has them
    largest: float = 0
    second: float = 0
    total: float = 0  # of the patients' contributions, each without its sign
    sides: tuple[int, int, int] = (0, 0, 0)  # patients at a quantile, below it and above it
    same: int = 0  # patients with what is shown of a quantile
    parted: list = field(default_factory=list)  # how each value inside the argument parts the patients


def reasons(function, evidence):
    """The outcomes that are right: {None} to show it, {"patients"} …, two of them at a near tie."""
    moment = MOMENTS.get(function)
    thin = thin_group(evidence, FREEDOM + moment if moment else PATIENTS)
    if thin:
        return {thin}
    found = dominance(evidence) if function in ("sum", "avg") or moment else {None}
    for rule in (condition, quantile):
        if None in found:
            found = (found - {None}) | rule(evidence)
    return found


def thin_group(evidence, patients=PATIENTS):
    """The first of the counting rules that fails, if one does."""
    if 0 < evidence.patients < patients:
        return "patients"
    if any(0 < n < INSTITUTIONS for n in evidence.institutions):
        return "institutions"
    return None


def dominance(evidence):
    largest, second, total = float(evidence.largest), float(evidence.second), float(evidence.total)
    if total == 0:
        return {None}
    margins = [TWO_LARGEST * total - (largest + second), (total - largest - second) - P * largest]
    if min(margins) < -TIE * total:
        return {"dominance"}
    return {None} if min(margins) > TIE * total else {None, "dominance"}


def condition(evidence):
    """Where single levels can be told, each needs enough patients; else those away from the commonest do."""
    found = {None}
    for parted in evidence.parted:
        if parted.levels <= 1:
            continue
        told = parted.sharp and parted.levels <= APART
        if (parted.least if told else parted.rest) < PATIENTS:
            return {"condition"}
        if not told and parted.safe < PATIENTS:
            found = {None, "condition"}
    return found


def quantile(evidence):
    """Enough patients have the very value, or enough lie on either side of it; and enough have what is shown."""
    at, below, above = evidence.sides
    extreme = at < PATIENTS and min(below, above) < PATIENTS
    return {"quantile"} if any(evidence.sides) and (extreme or evidence.same < PATIENTS) else {None}


def rounded(value, digits=DIGITS):
    return None if value is None else float(f"{value:.{digits - 1}e}")

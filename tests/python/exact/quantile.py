"""Quantiles: linear between the two nearest values (type 7 of Hyndman and Fan), rounded to the finest step that enough
patients share, and who lies on either side."""

import math

from . import rules


def quantiles(db, labels, n, share, evidence):
    """label → (value, error allowed). Adds the patients at, below and above the value to the evidence. Rows of
    nobody tell of nobody."""
    key = "".join(f"{label}, " for label in labels)
    found = {}
    rows = f"SELECT {key} a{n}::DOUBLE, p FROM r WHERE p IS NOT NULL ORDER BY a{n}"
    for *label, value, patient in db.execute(rows).fetchall():
        found.setdefault(tuple(label), []).append((value, patient))
    out = {}
    for label, values in found.items():
        value = interpolated([v for v, _ in values], share)
        evidence[label].sides = tuple(
            len({p for v, p in values if lies(v)}) for lies in (value.__eq__, value.__gt__, value.__lt__)
        )
        shown, evidence[label].same = shared(value, values, evidence[label].sides[0])
        out[label] = (shown, 0.0)
    return out


def shared(value, values, same):
    """The value in multiples of the finest step at which enough patients have the same, or of the widest; and how many
    they are. `same`: how many have the value itself, which is what counts where it has no digits."""
    shown = value
    for step in steps(value):
        multiple = nearest(value / step)
        same = len({p for v, p in values if nearest(v / step) == multiple})
        shown = float(f"{multiple * step:.14e}")
        if same >= rules.PATIENTS:
            break
    return shown, same


def steps(value):
    """1, 2 and 5 of each decimal place of a value, from its last significant digit to 1 of its first."""
    if value == 0:
        return []
    first = math.floor(math.log10(abs(value)))
    places = range(first - rules.QUANTILE_DIGITS + 1, first + 1)
    tens = {place: 10.0**place if place >= 0 else 1 / 10.0**-place for place in places}
    return [part * tens[place] for place in places for part in (1, 2, 5) if part == 1 or place < first]


def nearest(x):
    """The nearest whole number; halves away from zero."""
    whole = math.trunc(x)
    return whole + (math.copysign(1, x) if abs(x - whole) >= 0.5 else 0)


def interpolated(values, share):
    place = share * (len(values) - 1)
    lower, upper = values[math.floor(place)], values[min(math.floor(place) + 1, len(values) - 1)]
    return lower + (upper - lower) * (place - math.floor(place))

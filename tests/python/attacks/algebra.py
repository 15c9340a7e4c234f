"""Linear algebra in exact arithmetic: what a list of equations says of one unknown.

Modulo a prime of 61 bits, which is exact for every number that is an integer smaller than that,
and wrong about whether an unknown is determined with a probability of less than 1e-15.
"""

PRIME = (1 << 61) - 1


def determined(equations, unknown):
    """The value of an unknown that integer equations [(coefficients, result)] fix; None if they don't."""
    rows = [[c % PRIME for c in coefficients] + [round(result) % PRIME] for coefficients, result in equations]
    pivots = reduced(rows)
    for row, pivot in zip(rows, pivots):
        if pivot == unknown and not any(c for n, c in enumerate(row[:-1]) if n != unknown):
            return row[-1] if row[-1] <= PRIME // 2 else row[-1] - PRIME
    return None


def reduced(rows):
    """Brings rows into reduced echelon form, in place; returns the pivots' columns."""
    pivots = []
    for column in range(len(rows[0]) - 1 if rows else 0):
        at = len(pivots)
        found = next((n for n in range(at, len(rows)) if rows[n][column]), None)
        if found is None:
            continue
        rows[at], rows[found] = rows[found], rows[at]
        inverse = pow(rows[at][column], -1, PRIME)
        rows[at] = [c * inverse % PRIME for c in rows[at]]
        for n, row in enumerate(rows):
            if n != at and row[column]:
                factor = row[column]
                rows[n] = [(c - factor * p) % PRIME for c, p in zip(row, rows[at])]
        pivots.append(column)
    return pivots

"""Class disclosure: a figure that is shown tells of everybody in a group.

A group is what all labels but one have in common; its columns are that label's values. Whoever is known
to be in a group with one column is known to be in the column. A mean of exactly 0 or 1 tells as much.
"""

from collections import Counter


def told(cells, figures, somebody):
    """Whether there is such a figure: {True}, {False}, or both at a near tie. `somebody`: the labels that
    anybody is behind."""
    everywhere = [label for label, _ in cells.rows] + cells.left_out
    groups = {
        n: Counter(without(label, n) for label in somebody)
        for n in range(len(everywhere[0]) if everywhere else 0)
        if len({label[n] for label in everywhere}) > 1
    }
    # A label that follows from the others (a code's name) breaks nothing down.
    groups = {n: g for n, g in groups.items() if max(g.values(), default=0) > 1}
    outcomes = {False}
    for label, row in cells.rows:
        alone = len(label) > 1 and label in somebody and any(g[without(label, n)] == 1 for n, g in groups.items())
        for cell, figure in zip(row, figures):
            if cell.shown and (alone or figure.function == "avg" and cell.value in (0, 1)):
                if cell.sure:
                    return {True}
                outcomes.add(True)
    return outcomes


def without(label, n):
    return label[:n] + label[n + 1 :]

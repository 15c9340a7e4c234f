"""What an attacker reads in a list of answers. These are the words of `solve` in the corpus."""

import math

from .algebra import determined


class Nothing(Exception):
    """A figure that the attacker needs is not there."""


class Answers:
    """The answers of one attack, numbered from 0."""

    def __init__(self, answers):
        self.answers = answers

    def code(self, q):
        """`released`, or the code of the refusal or failure."""
        answer = self.answers[q]
        return (answer.get("refusal") or answer.get("failure") or {"code": answer["verdict"]})["code"]

    def rows(self, q):
        """The rows of a released answer."""
        if self.answers[q]["verdict"] != "released":
            raise Nothing
        return self.answers[q]["rows"]

    def cell(self, q, row=0, column=0):
        """One figure that is shown."""
        rows = self.rows(q)
        if row >= len(rows) or rows[row][column] is None:
            raise Nothing
        return rows[row][column]

    def look(self, q, *labels):
        """The last column of the row with these labels."""
        for row in self.rows(q):
            if tuple(row[: len(labels)]) == labels:
                if row[-1] is None:
                    raise Nothing
                return row[-1]
        raise Nothing

    def shown(self, q, *labels):
        """Whether a row with these labels is there, whatever its figures."""
        return any(tuple(row[: len(labels)]) == labels for row in self.rows(q))

    def why(self, q, row=0, column=0):
        """The reason for a missing figure, or None."""
        for cell in self.answers[q].get("suppressed") or []:
            if (cell["row"], cell["column"]) == (row, column):
                return cell["reason"]
        return None

    def gone(self, q, row=0, column=0):
        """Whether a figure is suppressed."""
        self.rows(q)
        return self.why(q, row, column) is not None

    def notices(self, q):
        """Codes of what is said of the whole answer."""
        return [n["code"] for n in self.answers[q].get("notices") or []]

    def values(self):
        """Every value in every answer."""
        return [v for a in self.answers if a["verdict"] == "released" for row in a["rows"] for v in row if v is not None]

    def said(self):
        """All that is said, without what numbers the answer."""
        drop = ("id", "snapshot", "audit")
        return [{k: v for k, v in a.items() if k not in drop} for a in self.answers]

    def words(self):
        """The names that `solve` may use."""
        own = {n: getattr(self, n) for n in ("code", "rows", "cell", "look", "shown", "why", "gone", "notices", "values")}
        plain = {f.__name__: f for f in (abs, all, any, bool, bin, divmod, enumerate, float, int, isinstance, len, max, min, next, range, round, set, sorted, str, sum)}
        return own | plain | {"math": math, "determined": determined}

"""One expression in two dialects.

The dialects agree but for a few places: division (Sekisho's answers NULL where a divisor is zero,
and divides integers as integers) and casts (NULL where a text is no number).

An expression also carries the values inside it that part the rows, for the rule *condition*: whoever
builds it says what it does with its parts, and nothing is worked out from its text.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Expr:
    """An expression over the columns of one relation.

    kind   int, float, text, date, bool
    code   its labels tell nothing: made of code columns, of public ones, of the question's own words, or a boolean
    exact  sums of it are exact in binary, whatever their order; so they may be compared and ordered
    domain literals worth comparing it with
    parts  whether its own values part the rows: "free" (recorded amounts, and what is linear in them),
           "gentle", or "sharp" where the question can place the jumps
    inside other values that part the rows, in DuckDB's words; each with whether it is sharp
    was    the kind before a cast
    """

    s: str  # as Sekisho reads it
    d: str  # as DuckDB reads it
    kind: str
    code: bool = False
    exact: bool = True
    domain: tuple = ()
    tags: frozenset = frozenset()
    parts: str = "free"
    inside: tuple = ()
    was: str = ""

    def __post_init__(self):
        assert self.kind in ("int", "float", "text", "date", "bool"), self.kind
        assert self.parts in ("free", "gentle", "sharp"), self.parts

    @property
    def atoms(self):
        """All values that part the rows whose sum or mean this is."""
        return tuple(dict.fromkeys(self.own + self.inside))

    @property
    def own(self):
        return ((self.d, self.parts == "sharp"),) if self.parts != "free" else ()

    @property
    def whole(self):
        """Made of whole numbers; a cast to a float does not change that."""
        return "int" in (self.kind, self.was)

    @property
    def number(self):
        return self.kind in ("int", "float")


def column(name, kind, *, code=False, exact=True, domain=(), **more):
    return Expr(name, name, kind, code or kind == "bool", exact, tuple(domain), **more)


def qualified(alias, col):
    return replace(col, s=f"{alias}.{col.s}", d=f"{alias}.{col.d}")


def literal(value):
    """A value as both dialects write it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return repr(value)
    if hasattr(value, "isoformat"):
        return f"DATE '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def build(template, *parts, kind, duck=None, **more):
    """Fills `{0}`, `{1}` … with the parts; `duck` is DuckDB's template where it differs.

    What is made of codes alone is a code; a boolean always is. A number that is not said to be more is
    linear in its parts, and has inside it what they have.
    """
    code = kind == "bool" or all(p.code for p in parts)
    if kind == "bool":
        more.setdefault("parts", "sharp")
    if kind in ("int", "float"):
        more.setdefault("inside", inside(parts))
    return Expr(
        template.format(*(p.s for p in parts)),
        (duck or template).format(*(p.d for p in parts)),
        kind,
        more.pop("code", code),
        more.pop("exact", all(p.exact for p in parts)),
        tags=frozenset().union(*(p.tags for p in parts), more.pop("tags", ())),
        **more,
    )


def inside(parts):
    """What parts the rows in any of some expressions; of a label nothing does: it is no amount."""
    return tuple(dict.fromkeys(atom for p in parts if p.number for atom in p.atoms))


def within(condition, e):
    """What parts the rows in `CASE WHEN condition THEN e`: which branch a row takes, and within its branch
    what it did before."""
    branch = f"CASE WHEN {condition.d} THEN 0 ELSE 1 END"
    own = ((f"CASE WHEN {condition.d} THEN {d} END", sharp) for d, sharp in e.own)
    return ((branch, True), *own, *e.inside)


def conjunction(conditions):
    """All of them, or None for none."""
    if not conditions:
        return None
    if len(conditions) == 1:
        return conditions[0]
    return build(" AND ".join(f"({{{i}}})" for i in range(len(conditions))), *conditions, kind="bool")

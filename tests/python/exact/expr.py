"""One expression in two dialects.

The dialects agree but for a few places: division (Sekisho's answers NULL where a divisor is zero,
and divides integers as integers) and casts (NULL where a text is no number).

An expression also carries the values inside it that part the rows, for the rule *condition*: whoever
builds it says what it does with its parts, and nothing is worked out from its text.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple


class Atom(NamedTuple):
    """A value that parts the rows, in DuckDB's words."""

    d: str
    sharp: bool  # whether the question can place its jumps
    form: str = "one"  # "few": it has so few values that several rows' are kept as a set; "set": such a set


@dataclass(frozen=True)
class Expr:
    """An expression over the columns of one relation.

    kind   int, float, text, date, bool
    code   its labels tell nothing: made of code columns, of public ones, of the question's own words, or a boolean
    exact  sums of it are exact in binary, whatever their order; so they may be compared and ordered
    domain literals worth comparing it with
    parts  whether its own values part the rows: "free" (recorded amounts, and what is linear in them),
           "gentle", or "sharp" where the question can place the jumps
    inside other values that part the rows: atoms
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
        form = "few" if self.kind == "bool" else "one"
        return (Atom(self.d, self.parts == "sharp", form),) if self.parts != "free" else ()

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
    """What parts the rows in any of some expressions."""
    return tuple(dict.fromkeys(atom for p in parts for atom in p.atoms))


def together(*parts):
    """How the sum or difference of several parts the rows: what one leaves of another may be a few rows."""
    first, rest = set(parts[0].atoms), inside(parts[1:])
    return "gentle" if first and set(rest) - first else "free"


def case(branches, otherwise, other, kind):
    """`CASE WHEN … THEN … ELSE … END`. branches: (condition, expression or None for 0); otherwise: 0, None for
    no ELSE, or "other". Which branch a row takes parts the rows, and within a branch what did before."""
    values = [then for _, then in branches] + [other if otherwise == "other" else None]

    def text(values, last, dialect):
        whens = "".join(f" WHEN {getattr(w, dialect)} THEN {v}" for (w, _), v in zip(branches, values))
        return f"CASE{whens}" + (f" ELSE {last}" if last is not None else "") + " END"

    def written(dialect):
        shown = [getattr(v, dialect) if v is not None else 0 for v in values]
        return text(shown, None if otherwise is None else shown[-1], dialect)

    def only(n, d):
        alone = [d if i == n else "NULL" for i in range(len(values))]
        return text(alone, alone[-1], "d")

    atoms = [Atom(text(list(range(len(branches))), len(branches), "d"), True, "few")]
    for n, value in enumerate(values):
        if value is not None:
            atoms += [a._replace(d=only(n, a.d)) for a in value.own] + list(value.inside)
    there = [v for v in values if v is not None]
    tags = {"case_argument"} | ({"case_branches"} if len(branches) > 1 else set())
    tags = frozenset(tags.union(*(w.tags for w, _ in branches)))
    return Expr(written("s"), written("d"), kind, False, all(v.exact for v in there), (), tags,
                inside=tuple(dict.fromkeys(atoms)))


def of_patient(atoms, over=""):
    """What parts the patients where several rows of each come together, by aggregates or windows: a patient
    stands wherever a row does."""
    for a in atoms:
        if a.form == "one":
            yield from (a._replace(d=f"{end}({a.d}){over}") for end in ("min", "max"))
        else:
            gathered = f"list({a.d}) FILTER ({a.d} IS NOT NULL){over}"
            yield Atom(f"list_distinct({gathered if a.form == 'few' else f'flatten({gathered})'})", a.sharp, "set")


def conjunction(conditions):
    """All of them, or None for none."""
    if not conditions:
        return None
    if len(conditions) == 1:
        return conditions[0]
    return build(" AND ".join(f"({{{i}}})" for i in range(len(conditions))), *conditions, kind="bool")

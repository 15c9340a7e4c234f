"""One expression in two dialects.

The dialects agree but for a few places: division (Sekisho's answers NULL where a divisor is zero,
and divides integers as integers) and casts (NULL where a text is no number).
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Expr:
    """An expression over the columns of one relation.

    kind   int, float, text, date, bool
    code   its labels tell nothing: made of code columns, of public ones, of the question's own words, or a boolean
    exact  sums of it are exact in binary, whatever their order; so they may be compared and ordered
    domain literals worth comparing it with
    """

    s: str  # as Sekisho reads it
    d: str  # as DuckDB reads it
    kind: str
    code: bool = False
    exact: bool = True
    domain: tuple = ()
    tags: frozenset = frozenset()

    def __post_init__(self):
        assert self.kind in ("int", "float", "text", "date", "bool"), self.kind


def column(name, kind, *, code=False, exact=True, domain=()):
    return Expr(name, name, kind, code or kind == "bool", exact, tuple(domain))


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

    What is made of codes alone is a code; a boolean always is.
    """
    code = kind == "bool" or all(p.code for p in parts)
    return Expr(
        template.format(*(p.s for p in parts)),
        (duck or template).format(*(p.d for p in parts)),
        kind,
        more.pop("code", code),
        more.pop("exact", all(p.exact for p in parts)),
        tags=frozenset().union(*(p.tags for p in parts), more.pop("tags", ())),
        **more,
    )


def conjunction(conditions):
    """All of them, or None for none."""
    if not conditions:
        return None
    if len(conditions) == 1:
        return conditions[0]
    return build(" AND ".join(f"({{{i}}})" for i in range(len(conditions))), *conditions, kind="bool")

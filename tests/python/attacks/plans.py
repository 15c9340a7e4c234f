"""Series of questions around one target. A history is a few of them, shuffled together with noise."""

from .grammar import Figure, counted


def near(w):
    """A set with and without her."""
    c = w.either(w.condition(), w.target)
    w.sum_over(c)
    w.sum_over(w.both(c, w.others))


def padded(w):
    """A set that she is not in, and the same with her."""
    c = w.both(w.condition(), w.others)
    w.sum_over(c)
    w.sum_over(w.either(c, w.target))


def tracker(w):
    """q(T or G) + q(T or not G) - q(all)."""
    g = w.condition()
    w.sum_over(w.either(w.target, g))
    w.sum_over(w.either(w.target, w.neither(g)))
    w.sum_over(w.everybody())


def parts(w):
    """A whole, and parts of it of which one lacks her."""
    whole, *cuts = (w.condition() for _ in range(w.rng.randrange(2, 4)))
    whole = w.either(whole, w.target)
    w.sum_over(whole)
    pieces = [w.both(whole, w.others)]
    for cut in cuts:
        pieces = [w.both(piece, side) for piece in pieces for side in (cut, w.neither(cut))]
    for piece in pieces:
        w.sum_over(piece)


def exclusion(w):
    """q(A or B) + q(A and B) = q(A) + q(B), where one side lacks her."""
    a, b = w.condition(), w.condition()
    w.sum_over(w.both(w.either(w.either(a, b), w.target), w.others))
    w.sum_over(w.either(a, w.target))
    w.sum_over(w.either(b, w.target))
    w.sum_over(w.either(w.both(a, b), w.target))


def salted(w):
    """Random subsets of the women (men) of her area by year of birth, and a system of equations."""
    r, p = w.register, w.person
    pool = (f"(sex = '{r.sex[p]}' AND area IN ('{r.area[p]}', 'A00'))", (r.sex == r.sex[p]) & ((r.area == r.area[p]) | (r.area == "A00")))
    for _ in range(90):
        subset = w.both(pool, w.salted())
        w.sum_over(w.either(subset, w.target) if w.rng.random() < 0.5 else w.both(subset, w.others))


def tables(w):
    """Bands of many widths, so that every year of birth is between two bands' ends."""
    r = w.register
    if w.secret not in ("smoker", "income"):
        return near(w)
    for width in w.rng.sample(range(4, 40), 12):
        band = r.birth_year // width
        figures = []
        for value in sorted(set(band)):
            mask = (band == value) & ~w.alone
            figures.append(Figure(0, 1, (int(value),), [(w.secret, mask, 1)], counted=w.secret == "smoker"))
        what, where = ("count(*)", "smoker AND ") if w.secret == "smoker" else ("sum(income)", "")
        w.ask(f"SELECT birth_year / {width} AS band, {what} FROM person WHERE {where}{w.others[0]} GROUP BY 1", *figures)
    w.sum_over(w.everybody())


def split(w):
    """A condition inside the argument."""
    if w.secret not in ("smoker", "income"):
        return claim(w)
    c = w.either(w.condition(), w.target)
    size = int(c[1].sum())
    if w.secret == "smoker":
        e, how = w.rng.choice([
            (f"CASE WHEN {w.her} AND smoker THEN 2 ELSE 1 END", "a CASE"),
            (f"1 + CAST({w.her} AS INT) * CAST(smoker AS INT)", "a product"),
            (f"1 + coalesce(nullif(CAST({w.her} AND smoker AS INT), 0), 0)", "a nullif"),
            (f"greatest(1, 2 * CAST({w.her} AND smoker AS INT))", "a maximum"),
            (f"power(2, CAST({w.her} AND smoker AS INT))", "a power"),
        ])
        w.ask(f"SELECT sum({e}) FROM person WHERE {c[0]}", Figure(0, 0, parts=[("smoker", w.alone, 1)], offset=100 * size, scale=100, split=how))
    else:
        e = w.rng.choice([f"CASE WHEN {w.her} THEN income ELSE 1000 END", f"1000 + (income - 1000) * CAST({w.her} AS INT)"])
        w.ask(f"SELECT sum({e}) FROM person WHERE {c[0]}", Figure(0, 0, parts=[("income", w.alone, 1)], offset=100 * 1000 * (size - 1)))


def quantile(w):
    """The quantile that she stands at, when years of birth weigh more than incomes."""
    r = w.register
    w.secret, year = "income", int(r.birth_year[w.person])
    mask = (r.sex == r.sex[w.person]) & ((r.birth_year != year) | w.alone)
    younger, all_ = int((mask & (r.birth_year < year)).sum()), int(mask.sum())
    # The quantile is rounded to a few digits: of what is left after most of it was subtracted, those are all.
    for shift in range(200, 900, 10):
        w.ask(
            f"SELECT percentile_cont((birth_year - {year}) * 1000000.0 + income - {shift}, {younger / (all_ - 1)!r}) FROM person "
            f"WHERE sex = '{r.sex[w.person]}' AND (birth_year <> {year} OR {w.her})",
            Figure(0, 0, parts=[("income", w.alone, 1)], offset=-100 * shift, limit=10),
        )


def claim(w):
    """One visit of hers left out."""
    w.secret = "bills"
    c = w.either(w.condition(), w.target)
    w.sum_over(c)
    w.one_visit_left_out(c)


def alone(w):
    """She by herself: a figure, a gap or a zero."""
    w.sum_over(w.target)
    if w.secret == "smoker":
        w.ask(f"SELECT smoker, count(*) FROM person WHERE {w.her} GROUP BY smoker", Figure(0, 1, (True,), [("smoker", w.alone, 1)], counted=True))


def shrinking(w):
    """A few and she: small cells."""
    c = w.both(w.both(w.condition(), w.condition()), w.both(w.condition(), w.condition()))
    w.sum_over(w.either(c, w.target))
    w.sum_over(w.both(c, w.others))


def noise(w):
    """An honest question."""
    w.sum_over(w.condition() if w.rng.random() < 0.5 else w.both(w.condition(), w.condition()))


PLANS = {f.__name__: f for f in (near, padded, tracker, parts, exclusion, salted, tables, split, quantile, claim, alone, shrinking)}

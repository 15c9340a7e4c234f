"""Figures by class, and what is wrong with a run."""

import collections


def table(outcomes, seconds):
    """One line a class: attacks, found (the secret was told), stopped, and by what."""
    lines = [f"{'class':<14}{'attacks':>8}{'found':>7}{'stopped':>9}{'seconds':>9}  stopped by"]
    kinds = collections.defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.attack.kind].append(outcome)
    for kind, own in [*sorted(kinds.items()), ("all", outcomes)]:
        found = sum(o.succeeded for o in own)
        by = collections.Counter(s for o in own if not o.succeeded for s in (o.stops or {"nothing"}))
        words = ", ".join(f"{name} {n}" for name, n in by.most_common(7))
        spent = seconds if kind == "all" else sum(o.seconds for o in own)
        lines.append(f"{kind:<14}{len(own):>8}{found:>7}{len(own) - found:>9}{spent:>9.1f}  {words}")
    return "\n".join(lines)


def findings(outcomes, shipped=False):
    """What succeeds, by the rule that it waits for; under the shipped bundle, by the choice that lets it through."""
    lines = []
    if shipped:
        chosen = collections.Counter(o.attack.by_policy for o in outcomes if o.succeeded and o.attack.by_policy)
        lines += [f"told more than under the strict bundle, by `{choice}`: {n}" for choice, n in chosen.most_common()]
        kept = [o.attack.id for o in outcomes if not o.succeeded and o.attack.by_policy]
        return "\n".join(lines + ([f"stopped all the same ({len(kept)}): {' '.join(kept)}"] if kept else []))
    waits = collections.Counter(o.attack.waits_for for o in outcomes if o.succeeded and o.attack.waits_for)
    lines += [f"succeeds until {rule} is there: {n}" for rule, n in waits.most_common()]
    gaps = collections.Counter(o.attack.open for o in outcomes if o.succeeded and o.attack.open)
    lines += [f"succeeds, and no rule is planned; gap `{gap}`: {n}" for gap, n in gaps.most_common()]
    landed = [o.attack.id for o in outcomes if not o.succeeded and (o.attack.waits_for or o.attack.open)]
    if landed:
        lines.append(f"stopped now, so its mark can go ({len(landed)}): {' '.join(landed)}")
    return "\n".join(lines)


def faults(outcomes, shipped=False):
    """What must not be: an attack that succeeds unannounced, one that proves nothing, one that is
    stopped by something else than it says (such as by a slip in its SQL)."""
    wrong = []
    for o in outcomes:
        if shipped and o.succeeded and o.attack.by_policy:
            continue
        # The ledger's secret is another in each house, and with it the few figures that it takes for close by mistake.
        expected = set(o.attack.stopped_by) and {*o.attack.stopped_by, "differencing"}
        if o.fault:
            wrong.append(f"{o.attack.id}: {o.fault}")
        elif o.succeeded and not (o.attack.waits_for or o.attack.open):
            wrong.append(f"{o.attack.id}: TOLD {o.guesses}")
        elif not o.succeeded and not o.attack.waits_for and expected and not (expected & (o.stops or {"nothing"})):
            wrong.append(f"{o.attack.id}: stopped by {sorted(o.stops) or 'nothing'}, not by {sorted(expected)}; guesses {o.guesses}")
    return wrong

"""Runs the corpus or the automatic attacker."""

import argparse
import concurrent.futures
import os
import sys
import tempfile
import time

from . import auto, corpus, judge, report, self_test, switches
from .house import House

CORPUS = os.path.join(os.path.dirname(__file__), "..", "..", "attacks")
# What attacks are judged under, and what is shipped.
STRICT, SHIPPED = os.path.abspath(os.path.join(CORPUS, "..", "..", "policies", "jisedai-strict.toml")), "jisedai"


def main(args):
    parser = argparse.ArgumentParser(prog="attacks.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("corpus", help="every attack of tests/attacks")
    run.add_argument("binary")
    run.add_argument("--only", help="a class, or with a / in it a part of an id")
    run.add_argument("--slow", action="store_true", help="those that take minutes, too")
    run.add_argument("--show", action="store_true", help="print every answer")
    run.add_argument("--policy", help="only this bundle, as the strict one; else strict, then shipped")
    run.add_argument("--workers", type=int, default=2)
    switched = commands.add_parser("switches", help="each rule off and on")
    switched.add_argument("binary")
    commands.add_parser("self-test", help="the attacker's own tools")
    auto_ = commands.add_parser("auto", help="the automatic attacker")
    auto_.add_argument("binary")
    auto_.add_argument("--histories", type=int, default=60, help="0: until stopped")
    auto_.add_argument("--seed", default="1")
    auto_.add_argument("--policy", default="jisedai", help="a bundle's name, or its file")
    auto_.add_argument("--plans", type=lambda names: names.split(","), help="only these plans")
    auto_.add_argument("--foresee", action="store_true", help="as if the ledger of the design were there")
    auto_.add_argument("--expect", choices=["prey", "none"], help="fail otherwise")
    auto_.add_argument("--most", type=int, help="fail where more secrets are told")
    options = parser.parse_args(args)
    if (getattr(options, "policy", None) or "").endswith(".toml"):
        options.policy = os.path.abspath(options.policy)
    if options.command == "self-test":
        return self_test.main()
    with tempfile.TemporaryDirectory(prefix="sekisho-attacks-") as folder:
        return {"corpus": attacked, "switches": switch, "auto": hunted}[options.command](options, folder)


def switch(options, folder):
    """Zero if every rule that a bundle can switch off is missed when it is."""
    lines, wrong = switches.run(options.binary, folder, CORPUS, corpus.load(CORPUS))
    print("\n".join(lines))
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


def hunted(options, folder):
    """Runs histories, for ever if there is no number, and shows what they told."""
    house = House(options.binary, folder, "base", options.policy)
    started, claims, asked, done = time.monotonic(), [], 0, 0
    while not options.histories or done < options.histories:
        step = min(20, options.histories - done) if options.histories else 20
        more, questions = auto.run(house, step, options.seed, options.plans, done, options.foresee)
        claims, asked, done = claims + more, asked + questions, done + step
        if not options.histories:
            print(auto.report(claims, done, asked, time.monotonic() - started), flush=True)
    print(auto.report(claims, done, asked, time.monotonic() - started))
    found = len(auto.prey(claims))
    if options.most is not None and found > options.most:
        return 1
    return int(options.expect is not None and (found > 0) != (options.expect == "prey"))


def attacked(options, folder):
    """Zero if every attack that should be stopped was."""
    attacks = corpus.load(CORPUS, options.only, options.slow)
    policies = [options.policy] if options.policy else [STRICT, SHIPPED]
    wrong = []
    for policy in policies:
        options.policy, shipped = policy, policy == SHIPPED
        outcomes, seconds = under(attacks, options, os.path.join(folder, os.path.basename(policy)))
        print(f"under {os.path.basename(policy)}:\n{report.table(outcomes, seconds)}\n{report.findings(outcomes, shipped)}")
        wrong += [f"under {os.path.basename(policy)}: {fault}" for fault in report.faults(outcomes, shipped)]
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


def under(attacks, options, folder):
    """What came of all attacks under one bundle, and in how many seconds."""
    started, outcomes = time.monotonic(), []
    for run in (at_once, over_versions):
        for attack, answers, seconds, secrets in run(attacks, options, folder):
            outcome = judge.judge(attack, answers, secrets)
            outcome.seconds = seconds
            outcomes.append(outcome)
            if options.show:
                show(outcome, answers)
    return outcomes, time.monotonic() - started


def at_once(attacks, options, folder):
    """Attacks on one version of a snapshot: (attack, answers by world, seconds, secrets by world)."""
    attacks = [attack for attack in attacks if attack.new_version is None]
    houses = built(attacks, options, os.path.join(folder, "one"))
    secrets = {w: judge.Secrets(h.records) for w, h in houses.items()}

    def attack_all(batch):
        started = time.monotonic()
        answers = {w: houses[w].attacked(batch) for w in batch[0].worlds}
        return answers, (time.monotonic() - started) / len(batch)

    batches = batched(attacks)
    with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        for batch, (answers, seconds) in zip(batches, pool.map(attack_all, batches)):
            for n, attack in enumerate(batch):
                yield attack, {w: own[n] for w, own in answers.items()}, seconds, secrets


def batched(attacks):
    """Attacks that share a study: those of a class that says so, and in the same worlds."""
    groups, batches = {}, []
    for attack in attacks:
        if attack.together:
            groups.setdefault((attack.kind, *attack.worlds), []).append(attack)
        else:
            batches.append([attack])
    return batches + list(groups.values())


def over_versions(attacks, options, folder):
    """Attacks that ask some questions before a new version of the snapshot comes, and some after."""
    attacks = [attack for attack in attacks if attack.new_version is not None]
    houses = built(attacks, options, os.path.join(folder, "two"))
    before = {(a.id, w): houses[w].ask(houses[w].study(), a.ask[: a.new_version]) for a in attacks for w in a.worlds}
    for house in houses.values():
        house.bring(2)
    secrets = {w: judge.Secrets(h.records) for w, h in houses.items()}
    for a in attacks:
        started = time.monotonic()
        # A study stays on its version: whoever wants the new one has a second study.
        answers = {w: before[a.id, w] + houses[w].ask(houses[w].study(), a.ask[a.new_version :]) for w in a.worlds}
        yield a, answers, time.monotonic() - started, secrets


def built(attacks, options, folder):
    """A home for each world that the attacks need."""
    worlds = sorted({world for attack in attacks for world in attack.worlds})
    return {w: House(options.binary, os.path.join(folder, w), w, options.policy) for w in worlds}


def show(outcome, answers):
    print(f"\n== {outcome.attack.id}: {'TOLD' if outcome.succeeded else 'kept'} {outcome.guesses} {outcome.fault}")
    for n, sql in enumerate(outcome.attack.ask):
        print(f"  {sql}")
        for world, own in answers.items():
            a = own[n]
            more = (a.get("refusal") or a.get("failure") or {}).get("code")
            print(f"    {world}: {more or a['rows'][:12]} {[(c['row'], c['column'], c['reason']) for c in a.get('suppressed') or []][:6]} {[x['code'] for x in a.get('notices') or []]}")

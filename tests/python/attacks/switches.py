"""Each rule off and on: with it off its attacks must succeed, with it on they must fail.

Rules are switched by policy bundles (`tests/attacks/policies/`), the only lawful way: the product has no
other switch. Out of scope: rules that no bundle can switch; unit tests in `enclave` do those.
"""

import os
import tomllib

from . import judge
from .house import House

WORLDS = ("base", "changed")


def run(binary, folder, corpus_folder, attacks):
    """What is wrong, and a line for each switch."""
    policies = os.path.join(os.path.abspath(corpus_folder), "policies")
    with open(os.path.join(policies, "switches.toml"), "rb") as file:
        switches = tomllib.load(file)["switch"]
    by_id, houses, lines, wrong = {a.id: a for a in attacks}, {}, [], []

    def told(policy, attack):
        if policy not in houses:
            path = policy if policy == "jisedai" else os.path.join(policies, f"{policy}.toml")
            own = {w: House(binary, os.path.join(folder, os.path.basename(policy), w), w, path) for w in WORLDS}
            houses[policy] = own, {w: judge.Secrets(h.records) for w, h in own.items()}
        own, secrets = houses[policy]
        return judge.judge(attack, {w: h.attacked([attack])[0] for w, h in own.items()}, secrets).succeeded

    for switch in switches:
        on, off = switch.get("on", "jisedai"), switch["off"]
        for name in switch["attacks"]:
            found = told(on, by_id[name]), told(off, by_id[name])
            lines.append(f"{switch['rule']:<28}{name:<34} on ({on}): {says(found[0])}; off ({os.path.basename(off)}): {says(found[1])}")
            if found != (False, True):
                wrong.append(lines[-1])
    return lines, wrong


def says(told):
    return "told" if told else "kept"

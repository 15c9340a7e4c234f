"""Attacks on the gate, driven from outside as an attacker would: by the command line alone.

    target   the patient who is attacked, and her secrets
    data     the records around her, in twin worlds that differ in her secrets only
    corpus   the attacks of tests/attacks/*.toml
    house    a home, studies and questions
    answers  what an attacker reads in a list of answers
    judge    whether an attack told the secret in every world, and what stopped it if not
    report   figures by class
    switches each rule off and on, by policy bundles
    auto     the automatic attacker: histories, claims, prey
    register what that attacker knows of everybody
    grammar  questions of which it knows what each figure adds up
    plans    series of questions: trackers, salted subsets, bands …
    solver   equations and linear programmes over a history's figures
    foresight the ledger of the design, before it is built
    algebra  exact linear algebra

Out of scope: attacks on the machine, the log or the network, and anything a clock could tell
(the product does not promise it yet).
"""

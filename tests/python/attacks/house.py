"""Homes, studies and questions, by the command line."""

import itertools
import json
import os
import subprocess
import threading

from . import data


class House:
    """One home with one snapshot."""

    def __init__(self, binary, folder, world, policy="jisedai", seed=1):
        self.binary, self.home = binary, os.path.join(folder, "home")
        self.records = os.path.join(folder, "records")
        self.numbers, self.lock = itertools.count(1), threading.Lock()
        self.world, self.policy, self.seed = world, policy, seed
        self.bring(1)

    def bring(self, version):
        """Imports the world: the newest version of the snapshot from now on."""
        self.run("import", data.write(self.records, self.world, self.seed, self.policy, version))

    def run(self, *args, given=None):
        done = subprocess.run(
            [self.binary, "--home", self.home, *args], input=given, capture_output=True, text=True,
            env=os.environ | {"NO_COLOR": "1"},
        )
        if done.returncode:
            raise RuntimeError(f"sekisho {' '.join(args)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def study(self):
        """A new study, with nothing in its ledger."""
        with self.lock:
            name = f"s{next(self.numbers)}"
            self.run("study", "create", name, "--snapshot", "attacked")
        return name

    def ask(self, study, questions):
        """The answers to questions asked in order in one session."""
        lines = "".join(json.dumps({"id": str(n), "sql": sql}) + "\n" for n, sql in enumerate(questions))
        answers = [json.loads(line) for line in self.run("query", "--study", study, "--jsonl", given=lines).splitlines()]
        assert [a["id"] for a in answers] == [str(n) for n in range(len(questions))], "every line is answered"
        return answers

    def attacked(self, batch):
        """The answers to each attack of a batch, asked one after another in the same studies."""
        asked = [(study, n, sql) for n, attack in enumerate(batch) for study, sql in zip(attack.in_study, attack.ask)]
        answers = {}
        for number in sorted({study for study, _, _ in asked}):
            own = [at for at, (study, _, _) in enumerate(asked) if study == number]
            answers |= zip(own, self.ask(self.study(), [asked[at][2] for at in own]))
        out = [[] for _ in batch]
        for at, (_, n, _) in enumerate(asked):
            out[n].append(answers[at])
        return out

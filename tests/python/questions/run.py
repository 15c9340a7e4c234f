"""Asks the product from outside: each question in a study of its own, and all one after another in one study."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .corpus import questions


def lines():
    """(name, SQL) of all questions, and after them of all remedies."""
    asked = questions()
    return [(q.id, q.sql) for q in asked] + [(f"{q.id}#remedy", q.remedy) for q in asked if q.remedy]


def run(binary, folder, patients):
    """Makes the demo's records in `folder`, asks everything twice; returns name → file of answers."""
    house = House(binary, Path(folder) / "home")
    files = Path(folder) / "files"
    if not house.path.exists():
        house.run("demo", "--patients", str(patients), "--files", str(files))
        house.run("import", str(files / "manifest.toml"))
    with ThreadPoolExecutor(2) as pool:
        kinds = {"own study each": pool.submit(own, house), "one study": pool.submit(one, house)}
        runs = {}
        for name, job in kinds.items():
            answers, seconds = job.result()
            runs[name] = Path(folder) / f"{name.replace(' ', '-')}.jsonl"
            runs[name].write_text(answers, encoding="utf-8")
            print(f"{name}: {len(lines())} questions in {seconds:.0f} s")
    return files, runs


def own(house):
    start = time.monotonic()
    answers = [house.ask(house.study(), [line]) for line in lines()]
    return "".join(answers), time.monotonic() - start


def one(house):
    start = time.monotonic()
    return house.ask(house.study(), lines()), time.monotonic() - start


class House:
    """The product with its home folder, through its command line."""

    def __init__(self, binary, path):
        self.binary, self.path = binary, path

    def run(self, *words, text=None):
        command = [self.binary, "--home", self.path, *words]
        done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            raise SystemExit(f"sekisho {' '.join(words)}: {done.returncode}\n{done.stderr}")
        return done.stdout

    def study(self):
        """A new study on the demo's snapshot."""
        name = f"q{time.time_ns()}"
        snapshot = self.run("snapshot", "list").split("@")[0].split()[-1]
        self.run("study", "create", name, "--snapshot", snapshot)
        return name

    def ask(self, study, asked):
        text = "".join(json.dumps({"id": name, "sql": sql}, ensure_ascii=False) + "\n" for name, sql in asked)
        return self.run("query", "--study", study, "--jsonl", text=text)

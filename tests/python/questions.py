"""Honest questions and how many of them are answered, by hand and from `tests/it/questions.rs`.

    questions.py run BINARY FOLDER PATIENTS    makes the demo's records (once), asks, reports; the totals are the last line
    questions.py report FILES NAME=ANSWERS…    only the report, over answers that are there
    questions.py self-test                     the oracle against cases worked out by hand
    questions.py lines                         all questions for `query --jsonl`
"""

import json
import sys


def main(words):
    match words:
        case ["run", binary, folder, patients]:
            from questions import run

            files, runs = run.run(binary, folder, patients)
            report(files, runs)
        case ["report", files, *runs]:
            report(files, dict(run.split("=", 1) for run in runs))
        case ["self-test"]:
            from questions import self_test

            self_test.run()
        case ["lines"]:
            from questions.run import lines

            for name, sql in lines():
                print(json.dumps({"id": name, "sql": sql}, ensure_ascii=False))
        case _:
            sys.exit(__doc__)


def report(files, runs):
    from questions.report import report

    print(json.dumps(report(files, runs)))


if __name__ == "__main__":
    main(sys.argv[1:])

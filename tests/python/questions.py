"""Honest questions and how many of them are answered, by hand and from `tests/it/questions.rs`.

    questions.py lines                              all questions for `query --jsonl`
    questions.py report FILES ASSERT NAME=ANSWERS…  the report over runs; fails under the shares of ASSERT
"""

import json
import sys

from questions.corpus import questions


def main(words):
    match words:
        case ["lines"]:
            for question in questions():
                print(line(question.id, question.sql))
                if question.remedy:
                    print(line(f"{question.id}#remedy", question.remedy))
        case ["report", files, *runs]:
            from questions.report import report

            totals = report(files, dict(run.split("=", 1) for run in runs))
            print(json.dumps(totals))
        case _:
            sys.exit(__doc__)


def line(name, sql):
    return json.dumps({"id": name, "sql": sql}, ensure_ascii=False)


if __name__ == "__main__":
    main(sys.argv[1:])

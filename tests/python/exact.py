"""The random questions and their oracle, by hand and from `tests/it/exact.rs`.

    exact.py make FOLDER SEED COUNT     records, questions.jsonl and expected.jsonl
    exact.py judge FOLDER ANSWERS…      compares answers with what is expected; prints a summary
    exact.py self-test                  the oracle against cases worked out by hand
"""

import sys

from exact import cli

if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[1:]))

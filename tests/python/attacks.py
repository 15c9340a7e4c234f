"""Attacks on the gate, by hand and from `tests/it/attacks.rs`. See `attacks.py --help`."""

import sys

from attacks import cli

if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[1:]))

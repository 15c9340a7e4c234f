#!/usr/bin/env bash
# Prints a Python that has aics-tlog, the outside verifier of the audit log, making its virtual environment
# when it is missing. It stands apart from the other tests' because it wants Python 3.12;
# prints nothing where there is none (Debian 12 has 3.11).
set -euo pipefail
target="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/sekisho-target}"

for python in python3 python3.14 python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python3; do
  if "$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
    found=$python
    break
  fi
done
[ -n "${found:-}" ] || exit 0

key=$("$found" -c 'import sys; print(sys.version, sys.prefix)' | cat "$0" - | sha256sum | cut -c1-16)
venv="$target/sekisho-tests/audit-venv-$key"
mkdir -p "$target/sekisho-tests"
exec 9>"$target/sekisho-tests/audit-venv.lock"
flock 9
if [ ! -e "$venv/.ready" ]; then
  "$found" -m venv --clear "$venv" >&2
  "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: \
    aics-tlog==0.2.1 cryptography==50.0.2 >&2
  touch "$venv/.ready"
fi
echo "$venv/bin/python"

#!/usr/bin/env bash
# Prints the Python of the tests' virtual environment, making the environment when it is missing.
# It lives in the target folder under the hash of the requirements and of the interpreter, so a
# change of either makes a new one. Safe to run many times at once.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/sekisho-target}"

for python in python3 /usr/bin/python3; do
  if "$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$python; break; fi
done
if [ -z "${found:-}" ]; then
  echo "The tests need Python 3.11 or newer with venv: apt-get install python3-venv" >&2
  exit 1
fi

key=$({ cat "$here/requirements.txt"; "$found" -c 'import sys; print(sys.version, sys.prefix)'; } | sha256sum | cut -c1-16)
venv="$target/sekisho-tests/venv-$key"
mkdir -p "$target/sekisho-tests"
if [ ! -e "$venv/.ready" ]; then
  exec 9>"$target/sekisho-tests/venv.lock"
  flock 9
  if [ ! -e "$venv/.ready" ]; then
    "$found" -m venv --clear "$venv" >&2
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary=:all: -r "$here/requirements.txt" >&2
    touch "$venv/.ready"
  fi
fi
echo "$venv/bin/python"

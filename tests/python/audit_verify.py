"""Checks an audit log with aics-tlog, which shares no code with Sekisho.

    audit_verify.py LOG VKEY OLDER_CHECKPOINT PROOF...

LOG is the log's folder; PROOF are C2SP tlog-proofs whose `extra` line holds the entry. Every tile and
bundle is authenticated against the signed checkpoint; every proof is checked from its text alone. Prints
the number of entries; any failure is an exception.
"""

import base64
import sys
from pathlib import Path

from aics_tlog import (
    FileSystemTileReader,
    VerifiedTileReader,
    audit_tiles,
    consistency_proof_from_tiles,
    parse_note,
    parse_vkey,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
)


def head(note, key):
    result = verify_checkpoint(parse_note(note), key)
    if not result.ok:
        raise SystemExit(f"the checkpoint does not verify: {result.error}")
    if result.origin != key.name:
        raise SystemExit(f"origin {result.origin} is not the key's name {key.name}")
    return result.size, result.root


def check_proof(text, key, tiles):
    lines, note = text.split("\n\n", 1)
    heading, extra, index, *path = lines.split("\n")
    if heading != "c2sp.org/tlog-proof@v1":
        raise SystemExit(f"not a proof: {heading}")
    entry = base64.b64decode(extra.removeprefix("extra "), validate=True)
    index = int(index.removeprefix("index "))
    size, root = head(note, key)
    path = [base64.b64decode(line, validate=True) for line in path]
    if not verify_leaf_inclusion(entry, index, size, path, root):
        raise SystemExit(f"the proof of entry {index} does not hold")
    if tiles.entry(index) != entry:
        raise SystemExit(f"entry {index} is another in the tiles")


def main(log, vkey, older, *proofs):
    key = parse_vkey(vkey)
    reader = FileSystemTileReader(log)
    size, root = head(Path(log, "checkpoint").read_text("utf-8"), key)
    audit_tiles(reader, size, root)
    tiles = VerifiedTileReader(reader, size, root)
    old_size, old_root = head(Path(older).read_text("utf-8"), key)
    path = consistency_proof_from_tiles(reader, old_size, size)
    if not verify_consistency(old_size, size, old_root, root, path):
        raise SystemExit("the log does not begin with what the older checkpoint covered")
    for proof in proofs:
        check_proof(Path(proof).read_text("utf-8"), key, tiles)
    print(size)


main(*sys.argv[1:])

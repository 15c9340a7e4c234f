"""Fetches the real data sets that the tests import, as CSV files with a manifest each.

    real_data.py FOLDER

- randhie: the RAND Health Insurance Experiment, 20,190 person-years of 5,912 persons as its
  description says (public domain), out of the PyPI package statsmodels.
- nafld1, nafld2, nafld3: 17,549 persons, 400,123 dated laboratory values and 34,340 events, from
  Allen et al., Hepatology 67 (2018), out of Debian's r-cran-survival.

Nothing is fetched when the files are there. Out of scope: what the columns mean (see the
descriptions in those packages).
"""

import csv
import glob
import io
import lzma
import bz2
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib

STATSMODELS = "statsmodels==0.15.0"
RANDHIE_MEMBER = "statsmodels/datasets/randhie/src/randhie.csv"
ROWS = {"randhie": 20_190, "nafld1": 17_549, "nafld2": 400_123, "nafld3": 34_340}

RANDHIE_MANIFEST = """\
name = "randhie"
policy = "./no-ledger.toml"
[[table]]
name = "visit"
source = "randhie.csv"
patient = "zper"
institution = "site"
drop = ["lnum", "lfam"]
[table.class]
income = "measure"
xage = "quasi"
"""

NAFLD_MANIFEST = """\
name = "nafld"
policy = "./no-ledger.toml"
[[table]]
name = "person"
source = "nafld1.csv"
patient = "id"
drop = ["case_id"]
[[table]]
name = "lab"
source = "nafld2.csv"
patient = "id"
[[table]]
name = "event"
source = "nafld3.csv"
patient = "id"
"""


def main(folder):
    os.makedirs(folder, exist_ok=True)
    done = os.path.join(folder, ".ready-2")
    if os.path.exists(done):
        return
    with tempfile.TemporaryDirectory(dir=folder) as work:
        # All questions are asked of one study, and each is judged by itself.
        shutil.copy(os.path.join(os.path.dirname(__file__), "../policies/no-ledger.toml"), folder)
        randhie(work, folder)
        nafld(work, folder)
    write(folder, "randhie.toml", RANDHIE_MANIFEST)
    write(folder, "nafld.toml", NAFLD_MANIFEST)
    write(folder, ".ready-2", "")


def randhie(work, folder):
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--only-binary=:all:", "--dest", work, STATSMODELS],
        check=True,
    )
    (wheel,) = glob.glob(os.path.join(work, "statsmodels-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(RANDHIE_MEMBER).decode("ascii")
    check("randhie", text.count("\n") - 1)
    write(folder, "randhie.csv", text)


def nafld(work, folder):
    package(work, "r-cran-survival")
    base = os.path.join(work, "usr/lib/R/library/survival/data/Rdata")
    for name, frame in lazy_load(base, ["nafld1", "nafld2", "nafld3"]):
        check(name, len(frame))
        frame = frame.rename(columns={"case.id": "case_id"})
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(frame.columns)
        for row in frame.itertuples(index=False):
            writer.writerow("" if missing(value) else plain(value) for value in row)
        write(folder, f"{name}.csv", out.getvalue())


def package(work, name):
    """Unpacks one Debian package into `work`, without installing it."""
    download = ["apt-get", "download", "-qq", name]
    if subprocess.run(download, cwd=work, stderr=subprocess.DEVNULL).returncode != 0:
        if os.geteuid() != 0:
            sys.exit(f"Cannot download {name}: run `sudo apt-get update` first.")
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(download, cwd=work, check=True)
    (archive,) = glob.glob(os.path.join(work, f"{name}_*.deb"))
    subprocess.run(["dpkg-deb", "-x", archive, work], check=True)


def lazy_load(base, names):
    """Yields (name, frame) out of an R package's lazy-load database.

    The index (.rdx) is a gzipped R list of offset and length in the .rdb; each piece is its size
    as big-endian u32, then zlib, or a letter (2 bzip2, Z xz) and the compressed rest.
    Source: R Internals, "Serialization Formats"; R's src/main/serialize.c.
    """
    from rdata.conversion import convert
    from rdata.parser import parse_data

    def read(raw):
        return convert(parse_data(raw, extension=".rds"))

    with open(base + ".rdx", "rb") as file:
        index = read(zlib.decompress(file.read(), wbits=31))["variables"]
    with open(base + ".rdb", "rb") as file:
        pieces = file.read()
    for name in names:
        offset, length = (int(n) for n in index[name])
        piece = pieces[offset : offset + length]
        if piece[4:5] == b"Z":
            lzma2 = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 26}]
            raw = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=lzma2).decompress(piece[5:])
        elif piece[4:5] == b"2":
            raw = bz2.decompress(piece[5:])
        else:
            raw = zlib.decompress(piece[4:])
        yield name, read(raw)


def missing(value):
    import pandas

    return value is None or pandas.isna(value)


def plain(value):
    return repr(float(value)) if isinstance(value, float) else str(value)


def check(name, rows):
    if rows != ROWS[name]:
        sys.exit(f"{name} has {rows} rows, not the {ROWS[name]} that the tests were written for")


def write(folder, name, text):
    """Writes a file whole or not at all."""
    path = os.path.join(folder, name)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


if __name__ == "__main__":
    main(sys.argv[1])

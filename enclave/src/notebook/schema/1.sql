-- Notebooks of studies. Times are microseconds since 1970-01-01T00:00:00Z.

PRAGMA application_id = 0x53656B6E; -- "Sekn"

CREATE TABLE notebook (
    name    TEXT NOT NULL PRIMARY KEY,
    study   TEXT NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX notebook_of_study ON notebook (study);

CREATE TABLE version (
    notebook TEXT NOT NULL REFERENCES notebook (name),
    version  INTEGER NOT NULL,
    title    TEXT NOT NULL,
    document TEXT NOT NULL,
    editor   TEXT NOT NULL,
    edited   INTEGER NOT NULL,
    PRIMARY KEY (notebook, version)
) STRICT, WITHOUT ROWID;

-- Who may use what. Times are microseconds since 1970-01-01T00:00:00Z; an end is the first moment
-- at which something no longer holds. `audit` is the index of the log's entry behind a row's last change.

PRAGMA application_id = 0x53656B69; -- "Seki"

CREATE TABLE handler (
    name           TEXT NOT NULL PRIMARY KEY,
    display        TEXT NOT NULL,
    role           TEXT NOT NULL,
    training_until INTEGER,
    audit          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE study (
    name     TEXT NOT NULL PRIMARY KEY,
    snapshot TEXT NOT NULL,
    route    TEXT NOT NULL,
    starts   INTEGER,
    ends     INTEGER,
    created  INTEGER NOT NULL,
    audit    INTEGER NOT NULL,
    CHECK (starts IS NULL OR ends IS NULL OR starts < ends)
) STRICT, WITHOUT ROWID;

-- A revoked grant stays, so that a list can say since when.
CREATE TABLE study_grant (
    study      TEXT NOT NULL REFERENCES study (name),
    handler    TEXT NOT NULL REFERENCES handler (name),
    all_tables INTEGER NOT NULL CHECK (all_tables IN (0, 1)),
    revoked    INTEGER,
    audit      INTEGER NOT NULL,
    PRIMARY KEY (study, handler)
) STRICT, WITHOUT ROWID;

-- The permitted tables of a grant that is not for all.
CREATE TABLE granted_table (
    study   TEXT NOT NULL,
    handler TEXT NOT NULL,
    name    TEXT NOT NULL,
    PRIMARY KEY (study, handler, name),
    FOREIGN KEY (study, handler) REFERENCES study_grant (study, handler)
) STRICT, WITHOUT ROWID;

-- `id` is the beginning of the hash, in hexadecimal: a name for people that opens nothing.
CREATE TABLE token (
    id          TEXT NOT NULL PRIMARY KEY,
    hash        BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    study       TEXT NOT NULL,
    handler     TEXT NOT NULL,
    issued      INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    last_used   INTEGER,
    revoked     INTEGER,
    audit       INTEGER NOT NULL,
    FOREIGN KEY (study, handler) REFERENCES study_grant (study, handler)
) STRICT, WITHOUT ROWID;

CREATE INDEX token_of_grant ON token (study, handler);

-- Who somebody is. Times are microseconds since 1970-01-01T00:00:00Z; an end is the first moment at which something no
-- longer holds. `audit` is the index of the log's entry behind a row's last change. No secret stands here in the clear.

PRAGMA application_id = 0x53656B70; -- "Sekp"

-- `password` is a PHC string, `totp` is sealed. No code of `last_step` or before is taken again.
CREATE TABLE account (
    handler   TEXT NOT NULL PRIMARY KEY,
    password  TEXT NOT NULL,
    totp      BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    enrolled  INTEGER NOT NULL,
    audit     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Those not used yet.
CREATE TABLE recovery_code (
    handler TEXT NOT NULL REFERENCES account (handler) ON DELETE CASCADE,
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (handler, hash)
) STRICT, WITHOUT ROWID;

-- One a person: a new one takes the place of the old. Gone once it is accepted.
CREATE TABLE invitation (
    handler     TEXT NOT NULL PRIMARY KEY,
    hash        BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    totp        BLOB NOT NULL,
    valid_until INTEGER NOT NULL,
    audit       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Failures in a row, by slots that names fall into, known and unknown ones alike. The number of slots bounds the table.
CREATE TABLE failure (
    slot     INTEGER NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last     INTEGER NOT NULL
) STRICT;

CREATE INDEX failure_by_age ON failure (last);

-- An ended session stays for a while, so that its browser can be told why.
CREATE TABLE session (
    hash      BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    handler   TEXT NOT NULL,
    zone      TEXT NOT NULL,
    how       TEXT NOT NULL,
    began     INTEGER NOT NULL,
    seen      INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    ended     INTEGER,
    reason    TEXT,
    audit     INTEGER NOT NULL,
    CHECK ((ended IS NULL) = (reason IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX session_of_handler ON session (handler);

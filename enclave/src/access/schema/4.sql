-- The name of a study as people write it, and whether it would link its data with public databases (NDB, 介護DB), which the Act lets
-- anonymised data only.
ALTER TABLE study ADD COLUMN display TEXT NOT NULL DEFAULT '';
ALTER TABLE study ADD COLUMN linked INTEGER NOT NULL DEFAULT 0 CHECK (linked IN (0, 1));
UPDATE study SET display = name;

-- How the committee decided about a study (審査). Rows stay; the latest counts. `decided` is a day in Japan, YYYY-MM-DD.
CREATE TABLE review (
    id      INTEGER PRIMARY KEY,
    study   TEXT NOT NULL REFERENCES study (name),
    decided TEXT NOT NULL,
    audit   INTEGER NOT NULL
) STRICT;

CREATE INDEX review_of_study ON review (study);

CREATE TABLE review_condition (
    review INTEGER NOT NULL REFERENCES review (id),
    place  INTEGER NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (review, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_criterion (
    review    INTEGER NOT NULL REFERENCES review (id),
    criterion TEXT NOT NULL,
    met       INTEGER NOT NULL CHECK (met IN (0, 1)),
    note      TEXT NOT NULL,
    PRIMARY KEY (review, criterion)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_vote (
    review   INTEGER NOT NULL REFERENCES review (id),
    place    INTEGER NOT NULL,
    member   TEXT NOT NULL,
    category TEXT NOT NULL,
    vote     TEXT NOT NULL,
    PRIMARY KEY (review, place),
    UNIQUE (review, member)
) STRICT, WITHOUT ROWID;

-- The permitted columns of a granted table that is not permitted whole (`whole` = 0). Keys need not be named.
ALTER TABLE granted_table ADD COLUMN whole INTEGER NOT NULL DEFAULT 1 CHECK (whole IN (0, 1));

CREATE TABLE granted_column (
    study       TEXT NOT NULL,
    handler     TEXT NOT NULL,
    table_name  TEXT NOT NULL,
    column_name TEXT NOT NULL,
    PRIMARY KEY (study, handler, table_name, column_name),
    FOREIGN KEY (study, handler, table_name) REFERENCES granted_table (study, handler, name)
) STRICT, WITHOUT ROWID;

-- Certified users of pseudonymised data (認定仮名加工医療情報利用事業者). What has no organisation is the house's own: made and
-- used on its command line.
CREATE TABLE organisation (
    name        TEXT NOT NULL PRIMARY KEY,
    display     TEXT NOT NULL,
    certificate TEXT NOT NULL,
    user_type   TEXT NOT NULL,
    starts      INTEGER,
    ends        INTEGER,
    revoked     INTEGER,
    audit       INTEGER NOT NULL,
    CHECK (starts IS NULL OR ends IS NULL OR starts < ends)
) STRICT, WITHOUT ROWID;

ALTER TABLE handler ADD COLUMN organisation TEXT REFERENCES organisation (name);
ALTER TABLE study ADD COLUMN organisation TEXT REFERENCES organisation (name);

-- Other certified users who work on a study too (共同利用).
CREATE TABLE joint_user (
    study        TEXT NOT NULL REFERENCES study (name),
    organisation TEXT NOT NULL REFERENCES organisation (name),
    PRIMARY KEY (study, organisation)
) STRICT, WITHOUT ROWID;

-- One person may be here for several things: a row for each.
CREATE TABLE handler_role (
    handler TEXT NOT NULL REFERENCES handler (name),
    role    TEXT NOT NULL,
    PRIMARY KEY (handler, role)
) STRICT, WITHOUT ROWID;

INSERT INTO handler_role (handler, role) SELECT name, role FROM handler;
ALTER TABLE handler DROP COLUMN role;

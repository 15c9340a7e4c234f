-- What one scope's answers have told. `pages` are numbered from 1 without a gap. `sealed` holds records
-- (see `page`), compressed and encrypted; `question` is the index of the question's entry in the audit log.

PRAGMA application_id = 0x53656B4C; -- "SekL"

CREATE TABLE page (
    number   INTEGER NOT NULL PRIMARY KEY,
    question INTEGER NOT NULL,
    sealed   BLOB NOT NULL
) STRICT;

-- What verifications of backups showed: one chain of facts.

CREATE TABLE fact (
    seq INTEGER PRIMARY KEY,
    -- The canonical text of the fact; the hash covers it and the hash before.
    text TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER fact_is_never_changed BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'a journal is never edited'); END;

CREATE TRIGGER fact_is_never_removed BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'a journal is never edited'); END;

-- What was to be done, and what became of it: one chain of duties.

CREATE TABLE duty (
    seq INTEGER PRIMARY KEY,
    -- The canonical text of the duty; the hash covers it and the hash before.
    text TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER duty_is_never_changed BEFORE UPDATE ON duty
BEGIN SELECT RAISE(ABORT, 'a journal is never edited'); END;

CREATE TRIGGER duty_is_never_removed BEFORE DELETE ON duty
BEGIN SELECT RAISE(ABORT, 'a journal is never edited'); END;

-- The tables of a journal. A change is a new file with the next number; this one stays.

CREATE TABLE event (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    -- The canonical text of the event; the hash covers it and the hash before.
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'a journal is never edited'); END;

CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'a journal is never edited'); END;

-- What follows from the events, so that runs can be listed without reading them all.
CREATE TABLE run (
    id TEXT PRIMARY KEY,
    drill TEXT NOT NULL,
    phase TEXT NOT NULL,
    seq INTEGER NOT NULL,
    began TEXT NOT NULL,
    last TEXT NOT NULL
) STRICT;

-- What people ask of a run from elsewhere, and what came of it.
CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES run (id),
    body TEXT NOT NULL,
    -- NULL while nobody looked at it; empty when it was done; else why it was refused.
    answer TEXT
) STRICT;

CREATE INDEX request_open ON request (run) WHERE answer IS NULL;

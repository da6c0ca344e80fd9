-- What several who share the journals need: messages to people, leases, and what came too late.

-- Messages that are sent at least once, and settled once.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    -- What is posted twice under one key is one message.
    key TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    -- JSON.
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0,
    not_before TEXT NOT NULL,
    -- Rises with each claim, so that who was overtaken settles nothing.
    epoch INTEGER NOT NULL DEFAULT 0,
    holder TEXT,
    -- NULL while nobody tries to deliver it.
    leased_until TEXT,
    posted_at TEXT NOT NULL,
    settled_at TEXT,
    -- What the last try said.
    said TEXT
) STRICT;

CREATE INDEX outbox_waiting ON outbox (id) WHERE state = 'waiting';

-- Who may do what only one may do at a time.
CREATE TABLE lease (
    resource TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    -- Rises with each new holding.
    epoch INTEGER NOT NULL,
    until TEXT NOT NULL
) STRICT;

-- What somebody said who had been overtaken: kept, and never applied.
CREATE TABLE late (
    id INTEGER PRIMARY KEY,
    what TEXT NOT NULL,
    holder TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TRIGGER late_is_never_changed BEFORE UPDATE ON late
BEGIN SELECT RAISE(ABORT, 'evidence is never edited'); END;

CREATE TRIGGER late_is_never_removed BEFORE DELETE ON late
BEGIN SELECT RAISE(ABORT, 'evidence is never edited'); END;

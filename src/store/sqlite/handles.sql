-- What a channel calls a message that it has taken, so that later ones can belong to it.
CREATE TABLE handle (
    -- The key of the message.
    key TEXT PRIMARY KEY REFERENCES outbox (key),
    handle TEXT NOT NULL
) STRICT;

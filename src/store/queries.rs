//! What every database is asked in the same words. What only one of them understands, and what
//! goes by the clock of a server, stands with that one.

use sqlx::AssertSqlSafe;

use super::Chain;

/// A run that begins.
pub const BEGIN_RUN: &str = "INSERT INTO run (id, drill, phase, seq, began, last) \
                             VALUES ($1, $2, '', 0, $3, $4) ON CONFLICT DO NOTHING";

/// The entries of a run after one, and the last number that the list of runs knows of. One
/// statement sees one state of it all, however fast another process writes.
pub const ENTRIES_AFTER: &str = "SELECT e.seq AS seq, e.text AS text, e.hash AS hash, \
                                 r.seq AS last FROM (SELECT CAST($1 AS TEXT) AS id) i \
                                 LEFT JOIN run r ON r.id = i.id \
                                 LEFT JOIN event e ON e.run = i.id AND e.seq > $2 ORDER BY e.seq";

/// The last two entries of a run that the list of runs knows of.
pub const LAST_TWO: &str = "SELECT event.seq AS seq, text, hash \
                            FROM event JOIN run ON run.id = event.run \
                            WHERE run.id = $1 AND event.seq IN (run.seq, run.seq - 1) \
                            ORDER BY event.seq DESC";

/// Every run as it is listed, the last one first.
pub const RUNS: &str = "SELECT id, drill, phase, began, last FROM run ORDER BY began DESC, id DESC";

/// The hash of the last entry of each run.
pub const LAST_HASHES: &str = "SELECT run.id, event.hash FROM run \
                               JOIN event ON event.run = run.id AND event.seq = run.seq";

/// Every id under which there is anything.
pub const JOURNALS: &str = "SELECT id FROM run UNION SELECT run FROM event ORDER BY 1";

/// What is asked of a run is answered.
pub const SET_ANSWER: &str = "UPDATE request SET answer = $1 WHERE id = $2";

/// What was answered.
pub const ANSWER: &str = "SELECT answer FROM request WHERE id = $1";

/// What has no answer yet.
pub const ASKED: &str =
    "SELECT id, body FROM request WHERE run = $1 AND answer IS NULL ORDER BY id";

/// What came of a claim that is not over.
pub const SETTLE: &str = "UPDATE outbox SET state = $1, said = $2, settled_at = $3, \
                          leased_until = NULL, not_before = coalesce($4, not_before), \
                          tries = tries - 1 + $5 WHERE id = $6 AND epoch = $7 \
                          AND state = 'waiting' AND leased_until IS NOT NULL";

/// A message came back that is as it was read.
pub const COME_BACK: &str = "UPDATE outbox SET state = 'failed', body = $1, said = $2, \
                             settled_at = $3 WHERE id = $4 AND body = $5 AND state <> 'waiting'";

/// What a channel calls a message that it has taken.
pub const SET_HANDLE: &str = "INSERT INTO handle (key, handle) VALUES ($1, $2)";

/// What a channel calls the message with a key.
pub const HANDLE: &str = "SELECT handle FROM handle JOIN outbox USING (key) \
                          WHERE key = $1 AND channel = $2";

/// Those of the newest messages that were given up, the newest first.
pub const GIVEN_UP: &str = "SELECT key, channel, settled_at, said FROM outbox \
                            WHERE state = 'failed' AND id > (SELECT max(id) FROM outbox) - $1 \
                            ORDER BY id DESC";

/// Messages wait again that were given up: one, or all.
pub const PUT_BACK: &str = "UPDATE outbox SET state = 'waiting', tries = 0, not_before = $1, \
                            settled_at = NULL, \
                            said = $2 || coalesce('; before that: ' || said, '') \
                            WHERE state = 'failed' AND (CAST($3 AS TEXT) IS NULL OR key = $3)";

/// How many messages there are in each state, and when the oldest of them was posted.
pub const COUNTS: &str = "SELECT state, count(*), min(posted_at) FROM outbox GROUP BY state";

/// Something came too late.
pub const KEEP_LATE: &str = "INSERT INTO late (what, holder, epoch, text, at) \
                             VALUES ($1, $2, $3, $4, $5)";

/// Everything that came too late, in its order.
pub const LATE: &str = "SELECT what, holder, epoch, text, at FROM late ORDER BY id";

/// The newest messages, the newest first.
pub fn newest_messages() -> AssertSqlSafe<String> {
    messages("ORDER BY id DESC LIMIT $1")
}

/// The message with a key.
pub fn message() -> AssertSqlSafe<String> {
    messages("WHERE key = $1")
}

fn messages(which: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "SELECT id, key, channel, body, state, tries, not_before, posted_at, settled_at, said \
         FROM outbox {which}"
    ))
}

/// The entries of a chain, in their order.
pub fn entries(of: Chain) -> AssertSqlSafe<String> {
    chain(of, "ORDER BY seq")
}

/// The last entry of a chain.
pub fn last_entry(of: Chain) -> AssertSqlSafe<String> {
    chain(of, "ORDER BY seq DESC LIMIT 1")
}

fn chain(of: Chain, which: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "SELECT seq, text, hash FROM {} {which}",
        of.table()
    ))
}

//! Who reads the record again and again reads only what is new.

use mainstay::app::{Plans, Recalled};

use crate::held::{Held, quick};

/// So many more runs as the first one.
const COPIED: &str = "
    INSERT INTO run (id, drill, phase, seq, began, last)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
    SELECT 'd-' || i, drill, phase, seq, began, last FROM run, n;
    INSERT INTO event (run, seq, text, hash)
    SELECT run.id, event.seq, text, hash FROM run, event WHERE run.id <> event.run";

#[test]
fn what_is_over_is_read_once_and_again_where_it_has_changed() {
    let held = Held::new(&[&quick("a")]);
    held.told(&["drill", "run", "d"]);
    held.tamper(COPIED);
    let plans = Plans::open(held.0.path(), None).expect("it opens");
    let mut recalled = Recalled::default();
    let mut read = || plans.record_again(&mut recalled).expect("it can be read");
    let (first, second) = (read(), read());
    assert_eq!((first.runs.len(), first.broken.len()), (2_000, 0));
    assert_eq!(first, second);
    // What the list says is not what the journal does, and a journal ends elsewhere.
    held.tamper("UPDATE run SET last = began WHERE id = 'd-5'");
    held.tamper("DELETE FROM event WHERE run = 'd-7' AND seq = (SELECT max(seq) FROM event)");
    let changed = read();
    let mut broken: Vec<&str> = changed
        .broken
        .iter()
        .filter_map(|it| it.run.as_deref())
        .collect();
    broken.sort_unstable();
    assert_eq!(broken, ["d-5", "d-7"]);
    assert_eq!(changed, plans.record());
    // What is over and ends as it did is not read again: only who reads all of it sees a change.
    held.tamper("UPDATE event SET text = '{}' WHERE run = 'd-9' AND seq = 1");
    assert_eq!(read(), changed);
    assert_ne!(plans.record(), changed);
}

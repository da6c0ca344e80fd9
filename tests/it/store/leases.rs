//! The cases of leases, to which every database is held.

use std::time::Duration;

use mainstay::store::{Lease, Store};

use super::Kept;
use super::cases::HOUR;

async fn take(store: &mut Store, holder: &str, lasts: Duration) -> Option<Lease> {
    let lease = store.lease("ticking", holder, lasts).await;
    lease.expect("it can be asked for")
}

pub async fn a_lease_is_taken_over_after_its_end_and_not_before(kept: &Kept) {
    let (mut store, mut other) = (kept.open().await, kept.open().await);
    let first = take(&mut store, "one", HOUR).await.expect("it is free");
    assert_eq!(first.epoch, 1);
    assert_eq!(take(&mut other, "two", HOUR).await, None);
    assert!(store.renew(&first).await.expect("it can be asked for"));
    let short = take(&mut store, "one", Duration::ZERO).await;
    let short = short.expect("it is ours");
    assert_eq!(
        short.epoch, 2,
        "a new holding, by whoever has that name now"
    );
    assert!(!store.renew(&first).await.expect("it can be asked for"));
    let second = take(&mut other, "two", HOUR).await.expect("it ran out");
    assert_eq!((second.holder.as_str(), second.epoch), ("two", 3));
    store.release(&short).await.expect("it can be said");
    assert_eq!(
        take(&mut store, "one", HOUR).await,
        None,
        "it is not ours to end"
    );
    other.release(&second).await.expect("it can be said");
    let third = take(&mut store, "one", HOUR).await.expect("it is free");
    assert_eq!(third.epoch, 4, "it rises also where somebody let go");
    assert!(
        store
            .lease("another", "two", HOUR)
            .await
            .expect("it can")
            .is_some()
    );
}

pub async fn a_lease_that_is_over_stays_over(kept: &Kept) {
    let mut store = kept.open().await;
    let lease = take(&mut store, "one", Duration::ZERO).await;
    let lease = lease.expect("it is free");
    assert!(!store.renew(&lease).await.expect("it can be asked for"));
    let lease = take(&mut store, "one", HOUR).await.expect("it is free");
    store.release(&lease).await.expect("it can be said");
    assert!(!store.renew(&lease).await.expect("it can be asked for"));
}

pub async fn of_two_that_take_a_lease_one_has_it(kept: &Kept) {
    let (mut store, mut other) = (kept.open().await, kept.open().await);
    for round in 0..10 {
        let (one, two) =
            futures_util::join!(take(&mut store, "one", HOUR), take(&mut other, "two", HOUR));
        let lease = match (one, two) {
            (Some(lease), None) | (None, Some(lease)) => lease,
            both => panic!("one of them has it: {both:?}"),
        };
        assert_eq!(lease.epoch, round + 1);
        store.release(&lease).await.expect("it can be said");
    }
}

pub async fn whoever_has_a_lease_is_told_until_it_is_over(kept: &Kept) {
    let mut store = kept.open().await;
    let lease = take(&mut store, "one", HOUR).await.expect("it is free");
    let holder = async |store: &mut Store| store.holder("ticking").await.expect("it is told");
    let mut reading = kept.read().await;
    assert_eq!(holder(&mut reading).await.as_deref(), Some("one"));
    assert_eq!(reading.holder("another").await.expect("it is told"), None);
    store.release(&lease).await.expect("it can be said");
    assert_eq!(holder(&mut store).await, None);
    take(&mut store, "two", Duration::ZERO).await.expect("free");
    assert_eq!(holder(&mut store).await, None);
}

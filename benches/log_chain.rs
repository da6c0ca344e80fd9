//! How long it takes to find out whether an archived log has a hole.
//!
//! `cargo bench --no-default-features --bench log_chain`. 100,000 segments of 16 MiB are 1.6 TB of
//! log, as a busy server writes in some weeks. The names are as pgBackRest has them.

use divan::{Bencher, black_box};
use mainstay::proof::{LogChain, LogUse, PointKind, Segment, SegmentSize};

/// The sizes at which growth is measured.
const SIZES: [u64; 3] = [1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

/// How the names come.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// As a listing of a folder has them.
    Sorted,
    /// As an object store may have them.
    Mixed,
}

/// Names of so many segments, each hundredth of which is missing.
fn names(count: u64, order: Order) -> Vec<String> {
    let size = SegmentSize::default();
    let place = |at: u64| match order {
        Order::Sorted => at,
        // A prime that divides none of the sizes: each number comes up once.
        Order::Mixed => at * 7_919 % count,
    };
    let numbers = (0..count).map(place).filter(|number| number % 100 != 99);
    let name = |number| {
        let segment = Segment {
            timeline: 1,
            number,
        };
        format!("{}-{number:040x}.zst", segment.name(size))
    };
    numbers.map(name).collect()
}

/// One backup for each hundred segments.
fn backups(count: u64) -> Vec<LogUse> {
    let segment = |number| Segment {
        timeline: 1,
        number,
    };
    let backup = |start: u64| LogUse {
        id: format!("backup-{start}"),
        as_of: chrono::DateTime::from_timestamp_nanos(start.cast_signed()),
        kind: PointKind::Full,
        start: segment(start),
        stop: segment(start + 2),
    };
    (0..count / 100).map(|at| backup(at * 100)).collect()
}

fn measure(bencher: Bencher, count: u64, order: Order) {
    let (names, backups) = (names(count, order), backups(count));
    bencher.bench_local(|| {
        let chain = LogChain::new(black_box(&names), &[], &backups, SegmentSize::default());
        chain.trials().len()
    });
}

#[divan::bench(args = SIZES)]
fn sorted(bencher: Bencher, count: u64) {
    measure(bencher, count, Order::Sorted);
}

#[divan::bench(args = SIZES)]
fn mixed(bencher: Bencher, count: u64) {
    measure(bencher, count, Order::Mixed);
}

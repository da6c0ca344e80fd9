//! What about a recovery point is not as usual, by one figure of it each.
//!
//! A sign is what is far off in the spread of those before (see [`super::robust`]) and beyond a
//! plain threshold. What is not bad in itself must also be beyond all of them, so that what comes
//! each week is none.

use super::RecoveryPoint;
use super::robust::{STRANGE, distance, median};

/// The fewest recovery points that show what is usual.
pub(super) const USUAL_MIN: usize = 5;

/// The most recovery points that are compared with: four weeks of days.
pub(super) const USUAL_MAX: usize = 28;

/// The part of the unmodified files that must be unmodified still.
const UNMODIFIED_DROP: f64 = 0.5;

/// The part of the files that may be gone.
const FILES_DROP: f64 = 0.10;

/// The part of the bytes that may be gone.
const SIZE_DROP: f64 = 0.20;

/// What is left after compression where it does nothing.
const INCOMPRESSIBLE: f64 = 0.9;

/// How many times as much as usual is a jump.
const JUMP: f64 = 10.0;

/// The part that is hardly anything.
const HARDLY: f64 = 0.1;

/// What was about as far from the usual before is no sign.
const AS_FAR: f64 = 0.8;

/// As many new bytes tell how well they can be compressed.
const ADDED_MIN: u64 = 1 << 20;

/// Something that is not as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Files that were there were rewritten.
    Rewritten,
    /// Much more is new.
    Jump,
    /// What is new cannot be compressed.
    Incompressible,
    /// Files are gone.
    FewerFiles,
    /// Bytes are gone.
    FewerBytes,
    /// Hardly anything is left.
    Wiped,
}

/// A figure of a recovery point, and what makes it a sign.
pub(super) struct Measure {
    sign: Sign,
    of: fn(&RecoveryPoint) -> Option<f64>,
    /// The least spread that counts, as a part of the usual figure, and in itself.
    floor: (f64, f64),
    /// Whether a figure is a sign, next to the usual one.
    is_sign: fn(f64, f64) -> bool,
    /// Whether one as strange before makes it none.
    repeats: Repeats,
    words: fn(f64, f64) -> String,
}

/// Whether a figure that was as strange before is a sign.
#[derive(Clone, Copy, PartialEq)]
enum Repeats {
    /// It is not: it comes once in a while.
    Usual,
    /// It is, as long as most were otherwise: it is bad in itself.
    Strange,
}

/// All that is compared.
pub(super) const MEASURES: [Measure; 7] = [
    Measure {
        sign: Sign::Rewritten,
        of: unmodified,
        floor: (0.0, 0.05),
        is_sign: |now, usual| now <= (1.0 - UNMODIFIED_DROP) * usual,
        repeats: Repeats::Usual,
        words: |now, usual| {
            format!(
                "{} of the files unmodified instead of {}",
                part(now),
                part(usual)
            )
        },
    },
    Measure {
        sign: Sign::Jump,
        of: |point| point.added_bytes.map(|bytes| bytes as f64),
        floor: (0.5, 1.0),
        is_sign: |now, usual| now >= JUMP * usual && now >= ADDED_MIN as f64,
        repeats: Repeats::Usual,
        words: |now, usual| format!("{} times as much new", (now / usual.max(1.0)).round()),
    },
    Measure {
        sign: Sign::Incompressible,
        of: compressed,
        floor: (0.0, 0.03),
        is_sign: |now, usual| now >= INCOMPRESSIBLE && now - usual >= 0.1,
        repeats: Repeats::Strange,
        words: |now, usual| {
            format!(
                "{} of what is new left after compression instead of {}",
                part(now),
                part(usual)
            )
        },
    },
    Measure {
        sign: Sign::FewerFiles,
        of: files,
        floor: (0.02, 1.0),
        is_sign: |now, usual| now < (1.0 - FILES_DROP) * usual,
        repeats: Repeats::Usual,
        words: |now, usual| format!("{now} files instead of {usual}"),
    },
    Measure {
        sign: Sign::FewerBytes,
        of: bytes,
        floor: (0.02, 1.0),
        is_sign: |now, usual| now < (1.0 - SIZE_DROP) * usual,
        repeats: Repeats::Usual,
        words: |now, usual| format!("{now} bytes instead of {usual}"),
    },
    Measure {
        sign: Sign::Wiped,
        of: files,
        floor: (0.02, 1.0),
        is_sign: |now, usual| now <= HARDLY * usual,
        repeats: Repeats::Strange,
        words: |_, _| "hardly any file is left".to_owned(),
    },
    Measure {
        sign: Sign::Wiped,
        of: bytes,
        floor: (0.02, 1.0),
        is_sign: |now, usual| now <= HARDLY * usual,
        repeats: Repeats::Strange,
        words: |_, _| "hardly any data are left".to_owned(),
    },
];

/// The part of the files that were as in the recovery point before.
fn unmodified(point: &RecoveryPoint) -> Option<f64> {
    let files = point.files.filter(|files| *files > 0)?;
    Some(point.files_unmodified? as f64 / files as f64)
}

/// What is left of the new bytes after compression.
fn compressed(point: &RecoveryPoint) -> Option<f64> {
    let added = point.added_bytes.filter(|added| *added >= ADDED_MIN)?;
    Some(point.added_packed_bytes? as f64 / added as f64)
}

fn files(point: &RecoveryPoint) -> Option<f64> {
    point.files.map(|files| files as f64)
}

fn bytes(point: &RecoveryPoint) -> Option<f64> {
    point.bytes.map(|bytes| bytes as f64)
}

/// A part as people read it.
fn part(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

/// Whether a figure is a sign. Nothing where it cannot be compared.
pub(super) fn compare(
    measure: &Measure,
    point: &RecoveryPoint,
    before: &[&RecoveryPoint],
) -> Option<Option<(Sign, String)>> {
    let now = (measure.of)(point)?;
    let others: Vec<f64> = before.iter().filter_map(|it| (measure.of)(it)).collect();
    let usual = median(&others).filter(|_| others.len() >= USUAL_MIN)?;
    let floor = (measure.floor.0 * usual.abs()).max(measure.floor.1);
    let far = distance(now, &others, floor)?;
    let as_far = |other: &f64| (other - usual) / (now - usual) >= AS_FAR;
    let known = measure.repeats == Repeats::Usual && others.iter().any(as_far);
    let is_sign = far.abs() >= STRANGE && !known && (measure.is_sign)(now, usual);
    Some(is_sign.then(|| (measure.sign, (measure.words)(now, usual))))
}

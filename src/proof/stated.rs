//! What of a backup a verification shows, as a digest: whether it still is what was verified.
//!
//! It covers which data it holds, what makes it, where it is, how it is read, how long it is kept
//! and what must be in it. It does not cover names, nor how often it is made or verified: that says
//! how new it is, which is looked at each time.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::id::{SiteId, SystemId, VendorId};
use crate::model::{Backup, Expectation, Provider};
use crate::text::{canonical, hex, present};
use crate::time::Period;

#[derive(Serialize)]
struct Stated<'b> {
    id: &'b str,
    of: &'b [SystemId],
    provider: Option<&'b String>,
    site: Option<&'b SiteId>,
    vendor: Option<&'b VendorId>,
    kept_on: Option<&'b SystemId>,
    retention: Option<Period>,
    with: Option<&'b Provider>,
    expect: &'b [Expectation],
}

/// SHA-256 over what is stated of a backup that decides what a verification of it shows.
pub fn stated(backup: &Backup) -> String {
    let verify = backup.verify.as_ref();
    let stated = Stated {
        id: backup.id.as_str(),
        of: &backup.of,
        provider: backup.provider.as_ref(),
        site: backup.site.as_ref(),
        vendor: backup.vendor.as_ref(),
        kept_on: backup.kept_on.as_ref(),
        retention: backup.retention,
        with: verify.map(|verify| &verify.with),
        expect: verify.map_or(&[], |verify| &verify.expect),
    };
    hex(&Sha256::digest(canonical(&present(&stated))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKUP: &str = "{id: orders, name: Orders, of: [orders-db], site: fra, every: 1d,
        retention: P30D, verify: {with: {directory: {path: a}}, every: P7D,
        expect: [{files: {at-least: 2}}]}}";

    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        let of = |text: &str| stated(&serde_yaml::from_str(text).expect("a backup"));
        assert!(BACKUP.contains(from));
        let actual = match of(&BACKUP.replace(from, to)) == of(BACKUP) {
            true => "the same",
            false => "another",
        };
        assert_eq!(actual, expected, "{from} -> {to}");
    }

    #[test]
    fn what_is_shown_by_a_verification_counts_and_nothing_else() {
        check("path: a", "path: b", "another");
        check("site: fra", "site: dub", "another");
        check("at-least: 2", "at-least: 3", "another");
        check("retention: P30D", "retention: P60D", "another");
        check("[orders-db]", "[orders-db, shop]", "another");
        check("name: Orders", "name: Every order", "the same");
        check("every: P7D", "every: P1D", "the same");
        check("every: 1d", "every: 2d", "the same");
    }
}

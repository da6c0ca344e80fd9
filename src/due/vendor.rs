//! What plans say about a vendor is confirmed, as often as contacts are verified.

use super::{Context, ShownBy, Source, again, written};
use crate::schedule::{Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "vendor",
    shown_by: ShownBy::Plans,
    how: "Call the numbers, read the contract, and write the day as `verified-at`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.contact_verification) else {
        return Vec::new();
    };
    let vendors = context.programme.vendors.iter().map(|vendor| {
        let last = vendor.verified_at.filter(|on| *on <= context.today);
        Deadline {
            of: Subject::of(SOURCE.key, vendor.id.as_str()),
            what: format!("Confirm what is said about {}", vendor.name),
            who: vendor.owner.clone(),
            every: Some(every),
            unattended: false,
            stands: again(last.map(|on| written(on, "verified-at")), every),
        }
    });
    vendors.collect()
}

//! A contract with a vendor ends.

use super::{Context, ShownBy, Source};
use crate::schedule::{Deadline, Stands, Subject};

pub const SOURCE: Source = Source {
    key: "contract",
    shown_by: ShownBy::Plans,
    how: "Write the day on which the renewed contract ends as `ends`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let vendors = context.programme.vendors.iter();
    let ending = vendors.filter_map(|vendor| {
        let contract = vendor.contract.as_ref()?;
        Some(Deadline {
            of: Subject::of(SOURCE.key, vendor.id.as_str()),
            what: format!("Renew or replace the contract with {}", vendor.name),
            who: vendor.owner.clone(),
            every: None,
            unattended: false,
            stands: Stands::Due {
                by: contract.ends?,
                last: None,
            },
        })
    });
    ending.collect()
}

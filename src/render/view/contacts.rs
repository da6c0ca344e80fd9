//! The contact list: everybody, and every vendor, with how to reach them.

use serde::Serialize;
use serde_json::Value;

use super::calendar::day;
use super::context::Context;
use super::value::Named;
use super::{Part, Section, shown};
use crate::id::SiteId;
use crate::model::*;

pub const SECTION: Section = Section {
    id: "contacts",
    title: "Contact list",
    part: Part::People,
    visibility: Visibility::Public,
    serves: &[
        "BC-20",
        "BC-29",
        "BC-30",
        "SP 800-34 A",
        "SP 800-34 B",
        "CC2.3",
    ],
    keys: &["people"],
    missing: "Nobody is named. List the people of the plan and how to reach them, under `people`.",
    build,
};

#[derive(Serialize)]
struct Contacts {
    people: Vec<PersonView>,
    vendors: Vec<PersonView>,
    inside: bool,
}

/// Somebody with how to reach them.
#[derive(Serialize)]
pub(super) struct PersonView {
    pub name: Named,
    pub title: Option<String>,
    pub site: Option<Named>,
    pub time_zone: Option<String>,
    pub contacts: Vec<ContactView>,
    pub verified_at: Option<String>,
    pub until: Option<String>,
}

/// One way to reach somebody.
#[derive(Serialize)]
pub(super) struct ContactView {
    pub by: &'static str,
    pub to: String,
    /// Where a click leads, for telephone and mail.
    pub link: Option<String>,
    /// That it works when our own systems do not.
    pub out_of_band: bool,
    pub needs: Option<Named>,
    pub verified_at: Option<String>,
}

fn build(context: &Context) -> Option<Value> {
    let people = context.programme.people.iter();
    let people = people.filter(|person| context.may_show(person.visibility));
    let people: Vec<_> = people.map(|person| view(context, person)).collect();
    let vendors = context.programme.vendors.iter();
    let vendors = vendors.filter(|vendor| context.may_show(vendor.visibility));
    let vendors: Vec<_> = vendors.map(|vendor| vendor_view(context, vendor)).collect();
    let inside = !context.public();
    let empty = people.is_empty() && (context.public() || vendors.is_empty());
    (!empty).then(|| {
        shown(Contacts {
            people,
            vendors,
            inside,
        })
    })
}

/// A person with how to reach them.
pub(super) fn view(context: &Context, person: &Item<Person>) -> PersonView {
    let organization = context.organization().and_then(|o| o.time_zone);
    let zone = person.time_zone.or(organization);
    let inside = !context.public();
    PersonView {
        name: context.named(Kind::Person, person.id()),
        title: person.title.clone(),
        site: super::systems::several_one(
            context,
            Kind::Site,
            person.site.as_ref().map(SiteId::as_str),
        ),
        time_zone: zone.map(|zone| zone.to_string()),
        contacts: contacts(context, &person.contacts),
        verified_at: person.verified_at.map(day).filter(|_| inside),
        until: person.until.map(day).filter(|_| inside),
    }
}

fn vendor_view(context: &Context, vendor: &Item<Vendor>) -> PersonView {
    PersonView {
        name: context.named(Kind::Vendor, vendor.id()),
        title: vendor.supplies.clone(),
        site: None,
        time_zone: None,
        contacts: contacts(context, &vendor.contacts),
        verified_at: vendor.verified_at.map(day),
        until: None,
    }
}

/// The ways to reach somebody that the readers may see, the best first.
pub(super) fn contacts<'c>(
    context: &Context,
    contacts: impl IntoIterator<Item = &'c Contact>,
) -> Vec<ContactView> {
    let shown = contacts
        .into_iter()
        .filter(|contact| context.may_show(contact.visibility));
    let one = |contact: &Contact| ContactView {
        by: contact.by.word(),
        to: contact.to.clone(),
        link: link(contact),
        out_of_band: contact.out_of_band,
        needs: contact
            .needs
            .as_ref()
            .filter(|_| !context.public())
            .map(|system| context.named(Kind::System, system.as_str())),
        verified_at: contact.verified_at.map(day).filter(|_| !context.public()),
    };
    shown.map(one).collect()
}

/// Where a click leads: a call, a text message or a mail. Nothing else is made a link.
fn link(contact: &Contact) -> Option<String> {
    let number = || {
        contact
            .to
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
    };
    let dialled = |scheme: &str| {
        let number: String = number().collect();
        (!number.is_empty()).then(|| format!("{scheme}:{number}"))
    };
    match contact.by {
        Channel::Phone => dialled("tel"),
        Channel::Sms => dialled("sms"),
        Channel::Email => contact
            .to
            .contains('@')
            .then(|| format!("mailto:{}", contact.to)),
        _ => None,
    }
}

//! What may not be published, and how it must be written to count.
//!
//! A name is told whatever its case. What could be an ordinary word is not taken out of ordinary
//! text: a part of a name counts only with a capital, the id of a thing only between backquotes or
//! with its dashes, an address of plain words only as a name is written.
//!
//! What is spelled like something public is never a secret. A word of a public name is none either,
//! so that the desk of `Mark Desk` stays a desk; but teams, roles and functions are shown whether
//! anybody says so or not, so a word of theirs is no excuse for how a person is called first.

use std::collections::BTreeSet;

use super::spellings::spellings;
use super::words::{Secret, Written, folded};
use crate::model::*;
use crate::render::view::context::Context;
use crate::render::view::names::UNNAMED;

/// A part of a name with fewer letters is too likely to be something else.
const PART_LETTERS_MIN: usize = 4;
/// An id of a person with fewer letters counts only between backquotes.
const ID_LETTERS_MIN: usize = 3;
/// A name of one word with fewer letters needs all its capitals: `IT`, not `it`.
const NAME_LETTERS_MIN: usize = 4;

/// Everything that may not be published.
#[derive(Default)]
pub struct Secrets {
    /// Names, ids and addresses.
    pub words: Vec<Secret>,
    /// Texts that hold telephone numbers.
    pub numbers: Vec<String>,
    /// Texts whose telephone numbers may be published.
    pub public_numbers: Vec<String>,
    public: Public,
}

/// What may be published, as it is searched for.
#[derive(Default)]
struct Public {
    phrases: BTreeSet<String>,
    /// The words of what somebody made public.
    words: BTreeSet<String>,
    /// The words of what is always public.
    words_always: BTreeSet<String>,
}

/// Gathers everything that may not be published.
pub fn secrets(context: &Context) -> Secrets {
    let programme = context.programme;
    let mut secrets = Secrets::default();
    secrets.public(context);
    for (kind, id) in things(programme).filter(|(kind, id)| !context.may_name(*kind, id)) {
        secrets.add(id, Written::Quoted, &context.named(kind, id).name);
        if matches!(kind, Kind::System | Kind::Vendor | Kind::Site) {
            secrets.thing(id, programme.name(kind, id).unwrap_or(id));
        }
    }
    for person in &programme.people {
        if !context.may_name(Kind::Person, person.id()) {
            secrets.person(person, &context.person(&person.id).name);
        }
    }
    for contact in contacts(programme).filter(|c| c.visibility == Visibility::Internal) {
        secrets.address(&contact.to);
        secrets.numbers.push(contact.to.clone());
    }
    secrets
}

/// Every thing that has an id.
fn things(programme: &Programme) -> impl Iterator<Item = (Kind, &str)> {
    let of = |kind: &Kind| {
        let kind = *kind;
        programme.ids(kind).into_iter().map(move |id| (kind, id))
    };
    Kind::ALL.iter().flat_map(of)
}

/// Every way to reach somebody, of every declaration.
fn contacts(programme: &Programme) -> impl Iterator<Item = &Contact> {
    let people = programme.people.iter().flat_map(|p| &p.declarations);
    let vendors = || programme.vendors.iter().flat_map(|v| &v.declarations);
    let steps = vendors().flat_map(|vendor| &vendor.escalation);
    let of_people = people.flat_map(|person| &person.contacts);
    let of_vendors = vendors().flat_map(|vendor| &vendor.contacts);
    let of_steps = steps.filter_map(|step| step.contact.as_ref());
    of_people.chain(of_vendors).chain(of_steps)
}

impl Public {
    fn add(&mut self, kind: Kind, id: &str, name: &str) {
        let always = matches!(kind, Kind::Team | Kind::Role | Kind::Function);
        let known = if always {
            &mut self.words_always
        } else {
            &mut self.words
        };
        known.extend(words(name).map(folded));
        self.phrases.extend([id, name].map(folded));
    }

    /// The name of the organization; nobody whose whole name is in it is public because of that.
    fn organization(&mut self, name: &str, secret: &[&str]) {
        let whole = folded(name);
        let within = secret
            .iter()
            .filter(|person| whole.contains(&folded(person)));
        let theirs: BTreeSet<String> = within.flat_map(|name| words(name)).map(folded).collect();
        let ours = words(name).map(folded);
        self.words
            .extend(ours.filter(|word| !theirs.contains(word)));
        self.phrases.insert(whole);
    }
}

impl Secrets {
    /// Notes what may be published, before anything is added.
    fn public(&mut self, context: &Context) {
        let programme = context.programme;
        for contact in contacts(programme).filter(|c| c.visibility == Visibility::Public) {
            self.public.phrases.insert(folded(&contact.to));
            self.public_numbers.push(contact.to.clone());
        }
        for (kind, id) in things(programme).filter(|(kind, id)| context.may_name(*kind, id)) {
            let name = programme.name(kind, id).unwrap_or(id);
            self.public.add(kind, id, name);
        }
        if let Some(organization) = context.organization() {
            let people = programme.people.iter();
            let secret = people.filter(|p| !context.may_name(Kind::Person, p.id()));
            let secret: Vec<&str> = secret.map(|person| person.name()).collect();
            self.public.organization(&organization.name, &secret);
        }
    }

    fn add(&mut self, text: &str, written: Written, stand_in: &str) {
        for spelling in spellings(text) {
            let words = folded(&spelling);
            if !self.public.phrases.contains(&words) {
                self.words.push(Secret {
                    words,
                    written,
                    stand_in: stand_in.to_owned(),
                });
            }
        }
    }

    /// Adds one word, unless something that somebody made public has it in its name.
    fn add_first(&mut self, word: &str, written: Written, stand_in: &str) {
        if !self.public.words.contains(&folded(word)) {
            self.add(word, written, stand_in);
        }
    }

    /// Adds one word, unless anything public has it in its name.
    fn add_word(&mut self, word: &str, written: Written, stand_in: &str) {
        if !self.public.words_always.contains(&folded(word)) {
            self.add_first(word, written, stand_in);
        }
    }

    /// A person: all of the name in any order and case, a part of it as a name, and the id.
    fn person(&mut self, person: &Item<Person>, stand_in: &str) {
        for declared in &person.declarations {
            let parts: Vec<&str> = declared.name.split_whitespace().collect();
            if let [part] = parts[..] {
                self.add(part, name(part), stand_in);
                continue;
            }
            self.add(&declared.name, Written::Capitals(0), stand_in);
            if let [rest @ .., last] = &parts[..] {
                let turned = format!("{last} {}", rest.join(" "));
                self.add(&turned, Written::Capitals(0), stand_in);
            }
            let long = words(&declared.name).filter(|part| letters(part) >= PART_LETTERS_MIN);
            let first: BTreeSet<&str> = parts
                .first()
                .into_iter()
                .flat_map(|part| words(part))
                .collect();
            for part in long {
                let capital = Written::Capitals(usize::from(has_case(part)));
                if first.contains(part) {
                    self.add_first(part, capital, stand_in);
                } else {
                    self.add_word(part, capital, stand_in);
                }
            }
        }
        if letters(person.id()) >= ID_LETTERS_MIN {
            self.add_word(person.id(), Written::Joined, stand_in);
        }
    }

    /// A way to reach somebody. A name in a chat that is no word is told without its sign, too.
    fn address(&mut self, to: &str) {
        self.add(to, address(to), UNNAMED);
        let bare = to.trim_start_matches(['#', '@']);
        let telling = bare.chars().any(|c| !c.is_alphabetic());
        if bare.len() < to.len() && telling && letters(bare) >= NAME_LETTERS_MIN {
            self.add(bare, Written::Joined, UNNAMED);
        }
    }

    /// A system, a vendor or a site.
    fn thing(&mut self, id: &str, named: &str) {
        self.add(named, name(named), UNNAMED);
        let telling = id.chars().any(|c| !c.is_alphabetic());
        if telling && letters(id) >= NAME_LETTERS_MIN {
            self.add(id, Written::Joined, UNNAMED);
        }
    }
}

/// How a name must be written, so that it is not taken for ordinary words: `Payroll` with its
/// capital, `GitLab` in any case, `IT` with both capitals, `mail` only as an id.
fn name(name: &str) -> Written {
    let capitals = name.chars().filter(|c| c.is_uppercase()).count();
    let one_word = words(name).count() == 1;
    let telling = |word: &str| {
        let inner = word.chars().skip(1);
        inner.clone().any(char::is_uppercase) || word.chars().any(char::is_numeric)
    };
    if one_word && letters(name) < NAME_LETTERS_MIN && has_case(name) {
        return if capitals == 0 {
            Written::Quoted
        } else {
            Written::Capitals(capitals)
        };
    }
    if name.split_whitespace().any(telling) || !has_case(name) {
        return Written::Capitals(0);
    }
    match (capitals, one_word) {
        (0, true) => Written::Quoted,
        _ => Written::Capitals(capitals.min(1)),
    }
}

/// How an address must be written: `#crisis` with its sign, a number or a mail address in any
/// case, words as a name.
fn address(to: &str) -> Written {
    match to.chars().next() {
        Some(sign @ ('#' | '@')) => Written::After(sign),
        _ if to.contains(|c: char| c.is_numeric() || "@./".contains(c)) => Written::Capitals(0),
        _ => name(to),
    }
}

/// Whether the script of a text has capitals.
fn has_case(text: &str) -> bool {
    text.chars().any(|c| c.is_uppercase() || c.is_lowercase())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

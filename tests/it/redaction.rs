//! What is internal is taken out of public text, however it is spelled.

use mainstay::model::Visibility;
use proptest::prelude::*;

use crate::documents::{document, view};
use crate::support;

/// People, things and addresses that may not be published, and a few that may.
const PLAN: &str = "
people:
  - id: ada
    name: Ada Lovelace
    contacts:
      - { by: phone, to: '+36 1 555 0199' }
      - { by: phone, to: '4242' }
      - { by: email, to: ada@example.org }
      - { by: chat, to: '#crisis' }
      - { by: chat, to: '@ada' }
      - { by: chat, to: '@li.chef' }
      - { by: phone, to: '+36 1 555 0100', visibility: public }
  - { id: bea, name: Bea Hopper-Byron }
  - { id: cyd, name: Cyd Byron }
  - { id: zsofia-ori, name: Zsófia Őrsi }
  - { id: baker.2, name: Mark Desk }
  - { id: tanaka, name: 田中 }
roles: [{ id: lead, name: Desk lead, primary: ada, alternates: [bea, cyd] }]
systems:
  - { id: card-payments, name: Card payments }
  - { id: gitlab, name: GitLab }
  - { id: it, name: IT }
  - { id: mail, name: mail }
  - { id: wiki, name: Wiki, visibility: public }
sites: [{ id: hall, name: Lovelace Hall, kind: office }]
vendors:
  - id: acme
    name: Stripe
    contacts: [{ by: phone, to: 0800 555 1234 ext. 7 }]
";

/// What the public variant says where a public step says this.
fn said(plan: &str, text: &str) -> String {
    let step = serde_json::json!(text);
    let plan = format!(
        "{plan}
procedures:
  - {{ id: open, name: Open, visibility: public, steps: [{{ id: call, do: {step} }}] }}
"
    );
    let loaded = support::load_text("plan.yaml", &plan);
    let view = view(&loaded, Visibility::Public);
    let mut sections = view.parts.iter().flat_map(|part| &part.sections);
    let procedures = sections.find(|section| section.id == "procedures");
    let content = procedures.and_then(|section| section.content.as_ref());
    let step = &content.expect("the procedure is published")["procedures"][0]["steps"][0];
    step["text"]
        .as_str()
        .expect("the step is published")
        .to_owned()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(said(PLAN, text), expected, "{text}");
}

#[test]
fn a_person_is_not_named_in_any_spelling() {
    for name in [
        "Ada Lovelace",
        "ADA LOVELACE",
        "ada  lovelace",
        "Lovelace, Ada",
        "ada_lovelace",
        "AdaLovelace",
        "Ada\u{a0}Love\u{ad}lace",
        "Ada Lovelace\u{301}",
        "Lovelace",
        "LOVELACE",
        "ada",
        "Ada",
    ] {
        check(&format!("Call {name}."), "Call Desk lead.");
    }
    check("Call `ada`.", "Call `Desk lead`.");
    check("Lovelace's key", "Desk lead's key");
    for name in [
        "Zsofia Orsi",
        "zsófia őrsi",
        "ŐRSI ZSÓFIA",
        "Zso\u{301}fia",
        "zsofia-ori",
    ] {
        check(&format!("Call {name}."), "Call not public.");
    }
    check(
        "Bea Hopper-Byron, Hopper, Byron",
        "alternate for Desk lead, alternate for Desk lead, not public",
    );
    check("会社田中様", "会社not public様");
}

#[test]
fn a_person_is_not_named_with_other_letters() {
    let plan = "people:
  - { id: zm, name: Zoë Müller-Ångström }
  - { id: so, name: Søren Weiß }
";
    for name in [
        "Zoe Mueller-Angstroem",
        "Zoe Muller-Angstrom",
        "Zoë Mueller-Aangström",
        "ANGSTROEM, ZOE",
        "Mueller",
        "Angstroem",
        "Soren Weiss",
        "Soeren Weiss",
        "SØREN",
        "Weiss",
    ] {
        let expected = name.replace("ANGSTROEM, ZOE", "not public, ZOE");
        let expected = if expected == name {
            "not public"
        } else {
            &expected
        };
        assert_eq!(
            said(plan, &format!("Call {name}.")),
            format!("Call {expected}.")
        );
    }
}

#[test]
fn what_is_always_public_is_no_excuse_for_a_first_name() {
    let plan = "organization: { name: Acme of Anna Berg }
people: [{ id: a.b, name: Anna Berg }, { id: m.d, name: Mark Desk }]
roles: [{ id: desk, name: Desk lead }]
functions: [{ id: bake, name: Bake Anna bread }]
";
    let text = "Ask Anna, or Berg, at the Desk.";
    assert_eq!(
        said(plan, text),
        "Ask not public, or not public, at the Desk."
    );
    let founder = plan.replace("Acme of Anna Berg", "Berg Inc.");
    assert_eq!(
        said(&founder, text),
        "Ask not public, or Berg, at the Desk."
    );
    let loaded = support::load_text("plan.yaml", plan);
    for format in ["html", "markdown"] {
        let text = document(&view(&loaded, Visibility::Public), format);
        assert!(text.contains("Acme of not public"), "{format}");
        assert!(!text.contains("Anna") && !text.contains("Berg"), "{format}");
    }
}

#[test]
fn words_that_only_look_like_a_name_stay() {
    for text in [
        "We mark each loveless Adage at the desk of the Desk lead.",
        "Marked by lovelace",
        "Pay by card; card payments are down, and it is no crisis.",
        "Send a mail, read the Wiki, mind the gaps between stripes.",
        "On 2026-11-22 at 09:30, 42 of 42420 were in room 555.",
    ] {
        check(text, text);
    }
}

#[test]
fn things_that_may_not_be_named_are_not() {
    for name in [
        "GitLab",
        "GITLAB",
        "gitlab",
        "Card payments",
        "CARD PAYMENTS",
        "card-payments",
    ] {
        check(&format!("Open {name} now"), "Open not public now");
    }
    for name in ["IT", "Stripe", "STRIPE", "Lovelace Hall", "lovelace  Hall"] {
        check(&format!("Open {name} now"), "Open not public now");
    }
    check(
        "Open `mail` and `MAIL`",
        "Open `not public` and `not public`",
    );
    check("At Ada Lovelace Hall.", "At Desk lead.");
}

#[test]
fn an_address_is_not_told_in_any_spelling() {
    for number in [
        "+36 1 555 0199",
        "3615550199",
        "06 1 555-0199",
        "0036.1.555.0199",
        "+36 (0)1 / 555\u{2013}01\u{a0}99",
        "555 0199",
        "٥٥٥ ٠١٩٩",
        "42 42",
        "0800/5551234",
        "ADA@Example.ORG",
    ] {
        check(
            &format!("Call {number}, or wait"),
            "Call not public, or wait",
        );
    }
    check("Ask in #crisis", "Ask in #not public");
    for handle in ["li.chef", "@li.chef", "Li.Chef"] {
        let sign = if handle.starts_with('@') { "@" } else { "" };
        check(
            &format!("Ask {handle} now"),
            &format!("Ask {sign}not public now"),
        );
    }
    check("The li chef cooks", "The li chef cooks");
    for number in ["+36 1 555 0100", "(1) 555 0100", "061 555 0198"] {
        check(number, number);
    }
}

/// A text with letters in random case, in place of each space something that may stand there.
fn respelled(text: String, between: &'static [&'static str]) -> impl Strategy<Value = String> {
    let letters = text.chars().count();
    let upper = proptest::collection::vec(any::<bool>(), letters);
    let spaces = proptest::collection::vec(proptest::sample::select(between), letters);
    (upper, spaces).prop_map(move |(upper, spaces)| {
        let letter = |((letter, upper), space): ((char, &bool), &&str)| match letter {
            ' ' => (*space).to_owned(),
            letter if *upper => letter.to_uppercase().collect(),
            letter => letter.to_string(),
        };
        text.chars().zip(&upper).zip(&spaces).map(letter).collect()
    })
}

/// A name as it is declared and in another spelling.
fn name() -> impl Strategy<Value = (String, String)> {
    let name = "[A-ZÁÉŐÜŠ][a-zéüőžß]{1,8}( [A-ZÁÉŐÜŠ][a-zéüőžß]{1,8}){1,2}";
    name.prop_flat_map(|name| {
        let between = &[" ", "  ", "-", "_", ", ", ".", "\n", "\u{a0}", ""];
        let closed = &between[..between.len() - usize::from(name.chars().count() < 8)];
        (Just(name.clone()), respelled(name, closed))
    })
}

/// A telephone number as it is declared and in another spelling.
fn number() -> impl Strategy<Value = (String, String)> {
    let number = "[1-9][0-9] [1-9][0-9]{1,2} [0-9]{3} [0-9]{4}";
    number.prop_flat_map(|number| {
        let between = &["", " ", "-", ".", "/", " - ", "\u{a0}", ") ", "\u{2011}"];
        let (_, local) = number.split_once(' ').expect("a code");
        let codes = ["+", "00", ""].map(|code| format!("{code}{number}"));
        let local = ["06 ", "(0)", ""].map(|code| format!("{code}{local}"));
        let written = proptest::sample::select([&codes[..], &local[..]].concat());
        (
            Just(number),
            written.prop_flat_map(|written| respelled(written, between)),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_name_or_number_survives_in_another_spelling(
        (name, name_written) in name(),
        (number, number_written) in number(),
    ) {
        let contact = format!("[{{ by: phone, to: '{number}' }}]");
        let plan = format!("people: [{{ id: x, name: {name}, contacts: {contact} }}]");
        let text = format!("«{name_written}» «{number_written}»");
        prop_assert_eq!(said(&plan, &text), "«not public» «not public»");
    }

    #[test]
    fn what_is_public_stays_as_it_is_written(
        (name, written) in name(),
        (number, called) in number(),
    ) {
        let contact = format!("[{{ by: phone, to: '{number}', visibility: public }}]");
        let secret = "{ id: y, name: Qqqq Wwww, contacts: [{ by: phone, to: 99 8877665 }] }";
        let plan = format!(
            "people: [{{ id: x, name: {name}, visibility: public, contacts: {contact} }}, {secret}]"
        );
        let text = format!("{written}; {called}");
        prop_assert_eq!(said(&plan, &text), text);
    }
}

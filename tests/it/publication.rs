//! The public variant: nothing internal is in it, by canaries in every text of a plan.
//!
//! The plan is made from the schema, so that a new key is tested without a word here.

use std::collections::BTreeSet;

use mainstay::model::Visibility;
use mainstay::render::view::View;
use serde_json::{Map, Value, json};

use crate::documents::{document, pdf, view};
use crate::support;

/// What marks a text that a plan holds; the route to it follows.
const MARK: &str = "Canary";

/// What the public variant shows of a plan in which nothing is marked as public.
const PUBLISHED: [&str; 11] = [
    "functions.name",
    "organization.frameworks.criteria",
    "organization.frameworks.name",
    "organization.name",
    "organization.scope.in",
    "organization.scope.out.reason",
    "organization.scope.out.what",
    "organization.summary",
    "roles.name",
    "team.name",
    "organization.history.by",
];

/// A plan with everything in it once: each text says where it stands.
struct Plan<'s> {
    definitions: &'s Value,
    visibility: &'static str,
}

impl Plan<'_> {
    fn value(&self, schema: &Value, name: &str, route: &str) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return self.value(&self.definitions[name], name, route);
        }
        if let Some(choices) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            return self.value(&choices[0], name, route);
        }
        if name == "Visibility" {
            return json!(self.visibility);
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[0].clone();
        }
        if !schema["const"].is_null() {
            return schema["const"].clone();
        }
        match schema["type"].as_str().or(schema["type"][0].as_str()) {
            Some("object") => self.object(schema, route),
            Some("array") => json!([self.value(&schema["items"], name, route)]),
            Some("boolean") => json!(true),
            Some("integer") => json!(1),
            _ if name.ends_with("Id") => json!(id(name)),
            _ => match schema["examples"]
                .get(0)
                .filter(|_| schema["pattern"].is_string())
            {
                Some(example) => example.clone(),
                None => json!(format!("{MARK}<{route}>")),
            },
        }
    }

    fn object(&self, schema: &Value, route: &str) -> Value {
        let properties = schema["properties"]
            .as_object()
            .expect("an object has keys");
        let keys = properties
            .iter()
            .filter(|(key, _)| *key != "mtd" && *key != "not-applicable");
        let entry = |(key, schema): (&String, &Value)| {
            let below = if route.is_empty() {
                key.clone()
            } else {
                format!("{route}.{key}")
            };
            (key.clone(), self.value(schema, "", &below))
        };
        Value::Object(keys.map(entry).collect::<Map<_, _>>())
    }
}

/// One id for each kind, so that every reference leads somewhere.
fn id(name: &str) -> &str {
    match name {
        "PartyId" => "PersonId",
        "NodeId" => "SystemId",
        "ResourceId" => "RoleId",
        other => other,
    }
}

/// The public document of a plan with everything in it once.
fn published(visibility: &'static str, format: &str) -> String {
    document(&public_view(visibility), format)
}

/// What the public document of a plan with everything in it once shows.
fn public_view(visibility: &'static str) -> View {
    let schema = mainstay::model::schema().to_value();
    let plan = Plan {
        definitions: &schema["$defs"],
        visibility,
    };
    let plan = plan.value(&schema, "", "");
    let loaded = support::load_text("plan.yaml", &serde_json::to_string(&plan).expect("JSON"));
    view(&loaded, Visibility::Public)
}

/// The routes of the canaries in a text.
fn canaries(text: &str) -> BTreeSet<String> {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let open = format!("{MARK}<");
    let found = text.split(&open).skip(1);
    found
        .map(|rest| rest.split('>').next().unwrap_or("").to_owned())
        .collect()
}

#[test]
fn nothing_internal_is_published() {
    let may: BTreeSet<String> = PUBLISHED.iter().map(|&route| route.to_owned()).collect();
    for format in ["html", "markdown"] {
        let shown = canaries(&published("internal", format));
        let leaked: Vec<_> = shown.difference(&may).collect();
        assert!(leaked.is_empty(), "published in {format}: {leaked:?}");
        assert!(shown.contains("functions.name"), "the canaries are seen");
    }
}

#[test]
fn nothing_internal_is_published_on_paper() {
    let may: BTreeSet<String> = PUBLISHED.iter().map(|&route| route.to_owned()).collect();
    // Words are broken at the ends of lines, with and without a hyphen.
    let broken = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{ad}');
    let shown = canaries(&pdf(&public_view("internal")).replace(broken, ""));
    let leaked: Vec<_> = shown.difference(&may).collect();
    assert!(leaked.is_empty(), "published: {leaked:?}");
    assert!(
        shown.contains("functions.name"),
        "the canaries are seen: {shown:?}"
    );
}

#[test]
fn what_is_marked_public_is_published_with_no_more_than_it_says_itself() {
    let shown = canaries(&published("public", "html"));
    for route in [
        "people.name",
        "people.contacts.to",
        "systems.name",
        "procedures.steps.do",
    ] {
        assert!(shown.contains(route), "{route}");
    }
    for route in [
        "systems.recovery.strategy",
        "vendors.contract.reference",
        "vendors.restoration-plan",
        "scenarios.name",
        "risks.name",
        "credentials.name",
        "functions.bia.method",
        "organization.insurance",
        "organization.assumptions",
        "communications.template",
    ] {
        assert!(!shown.contains(route), "{route}");
    }
}

#[test]
fn a_deputy_never_reads_like_the_lead() {
    let published = |owner: &str, deputy: &str| {
        let plan = format!(
            "team: {{ id: desk, name: Desk, lead: gus, deputy: hal }}
people:
  - {{ id: ada, name: A }}
  - {{ id: bo, name: B }}
  - {{ id: cy, name: C }}
  - {{ id: gus, name: G }}
  - {{ id: hal, name: H }}
roles: [{{ id: crew, name: Crew chief, primary: ada, alternates: [bo, cy] }}]
functions: [{{ id: sell, name: Sell, owner: {owner}, deputy: {deputy} }}]
"
        );
        let loaded = support::load_text("plan.yaml", &plan);
        document(&view(&loaded, Visibility::Public), "markdown")
    };
    for (owner, deputy, expected) in [
        ("ada", "bo", "Crew chief, alternate for Crew chief"),
        (
            "bo",
            "cy",
            "alternate for Crew chief, alternate 2 for Crew chief",
        ),
        ("gus", "hal", "lead of Desk, deputy lead of Desk"),
    ] {
        let line = format!("- Lead, deputy: {expected}\n");
        let text = published(owner, deputy);
        assert!(text.contains(&line), "{owner}, {deputy}: {text}");
    }
}

#[test]
fn what_may_not_be_published_is_taken_out_of_public_text() {
    let plan = "people:
  - { id: eve, name: Eve Internal, contacts: [{ by: phone, to: '+36 1 555 0199' }] }
roles: [{ id: lead, name: Lead, primary: eve }]
procedures:
  - id: open
    name: Open
    visibility: public
    steps: [{ id: call, do: 'Call Eve Internal on +36 1 555 0199.', role: lead }]
";
    let html = document(
        &view(&support::load_text("plan.yaml", plan), Visibility::Public),
        "html",
    );
    assert!(html.contains("Call Lead on not public."));
    assert!(!html.contains("Eve Internal") && !html.contains("555"));
}

#[test]
fn a_person_who_may_not_be_named_is_called_by_their_role() {
    let html = published("internal", "html");
    assert!(
        html.contains("Canary&lt;roles.name&gt;"),
        "the control owner is a person"
    );
    assert!(!html.contains("plan.yaml"), "no file is named");
}

#[test]
fn what_mainstay_runs_in_a_step_is_shown_to_those_who_may_have_to_do_it() {
    let plan = "
organization: {name: Example}
people: [{id: ada, name: Ada Byron}]
roles: [{id: lead, name: Lead, primary: ada}]
procedures:
  - id: p
    name: Fail over
    visibility: public
    steps: [{id: a, do: Go to Dublin, role: lead, run: {command: {argv: [switch, to, dublin]}}}]";
    let loaded = support::load_text("plan.yaml", plan);
    let inside = view(&loaded, Visibility::Internal);
    for text in [
        document(&inside, "html"),
        document(&inside, "markdown"),
        pdf(&inside),
    ] {
        let shown = text.matches("switch to dublin").count();
        assert_eq!(shown, 2, "in the procedure and on the sheet\n---\n{text}");
    }
    let public = view(&loaded, Visibility::Public);
    for text in [
        document(&public, "html"),
        document(&public, "markdown"),
        pdf(&public),
    ] {
        assert!(
            text.contains("Go to Dublin") && !text.contains("switch to"),
            "{text}"
        );
    }
}

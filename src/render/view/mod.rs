//! From the programme to the values that templates show: every part of the document, in order.
//!
//! A view decides what is said; a template only how it looks. A section is one file here with
//! `pub const SECTION`, one word in the table below, and one template of the same name for each
//! format. What a section shows are plain structs; all text in them is ready to be read.
//!
//! What nobody wrote is never blank: a section without content says that it is missing, or why it
//! does not apply.

mod actions;
mod calendar;
mod context;
mod ladder;
mod names;
mod picture;
mod readiness;
mod redact;
mod value;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

pub use picture::Picture;
pub(super) use value::counted;
pub use value::{Figure, Mood, MoodView, Named};

use self::context::Context;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::graph::Analysis;
use crate::load::Loaded;
use crate::model::{Entity, Visibility};
use crate::record::Record;
use crate::render::facts::Facts;

/// Everything a document is made of.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The plans, with their texts.
    pub loaded: &'a Loaded,
    /// What was computed on them.
    pub analysis: &'a Analysis<'a>,
    /// What the checks say, accepted findings included.
    pub findings: &'a [Finding],
    /// What happened in past runs.
    pub record: &'a Record,
    /// The time the document speaks of.
    pub now: DateTime<Utc>,
    /// The revision of the plans, as their version control names it.
    pub revision: Option<&'a str>,
    /// For whom: everybody inside, or everybody.
    pub visibility: Visibility,
}

/// The values of one document.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// Facts about the document itself.
    pub document: control::Document,
    /// The parts of the document with their sections.
    pub parts: Vec<PartView>,
    /// The dependency diagram, where the document has one.
    #[serde(skip)]
    pub picture: Option<Picture>,
    /// Every figure that the document may show.
    #[serde(skip)]
    pub facts: Facts,
    /// The time the document speaks of.
    #[serde(skip)]
    pub now: DateTime<Utc>,
    /// Whether the document shows every figure, or only some.
    #[serde(skip)]
    pub extent: Extent,
}

/// How much of the plan a document shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// What one person needs, or what may be published.
    Excerpt,
}

/// A part of the document: what one kind of reader needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One page: what is asked of management.
    Management,
    /// The plan.
    Plan,
    /// What each person does.
    People,
}

impl Part {
    const ALL: [Part; 3] = [Part::Management, Part::Plan, Part::People];

    fn id(self) -> &'static str {
        match self {
            Part::Management => "management",
            Part::Plan => "plan",
            Part::People => "people",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Part::Management => "For management",
            Part::Plan => "The plan",
            Part::People => "What each person does",
        }
    }
}

/// A section of the document.
pub struct Section {
    /// Its id: the name of its file, of its templates and of its place in the document.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// The part it stands in.
    pub part: Part,
    /// Whether the public variant has it too.
    pub visibility: Visibility,
    /// The requirements and clauses of standards that it answers to.
    pub serves: &'static [&'static str],
    /// The keys whose absence `not-applicable` may explain.
    pub keys: &'static [&'static str],
    /// What to say when there is nothing to show, as full sentences.
    pub missing: &'static str,
    /// Makes what it shows; `None` when there is nothing.
    build: fn(&Context) -> Option<Value>,
}

/// A part with the sections it has in this document.
#[derive(Clone, Debug, Serialize)]
pub struct PartView {
    /// Its id.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Its sections.
    pub sections: Vec<SectionView>,
}

/// A section as it stands in a document.
#[derive(Clone, Debug, Serialize)]
pub struct SectionView {
    /// Its id, which also names its template.
    pub id: &'static str,
    /// Its number; the page for management has none.
    pub number: Option<usize>,
    /// Its heading.
    pub title: &'static str,
    /// Why there is nothing to show, if so.
    pub absent: Option<Absent>,
    /// What it shows.
    pub content: Option<Value>,
}

/// Why a section shows nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Absent {
    /// `missing` or `not applicable`.
    pub word: &'static str,
    /// What is missing and what to do, or why it does not apply.
    pub why: String,
}

/// Calls a macro with the name of every section, in the order of the document.
macro_rules! section_names {
    ($then:ident) => {
        $then! {
            summary
            decisions
            purpose
            governance
            teams
            sites
            functions
            systems
            diagram
            sequence
            prediction
            limits
            risks
            activation
            scenarios
            workarounds
            backups
            vendors
            communication
            procedures
            roles
            reconstitution
            drills
            findings
            frameworks
            control
            sheets
            cards
            contacts
        }
    };
}
pub(crate) use section_names;

macro_rules! table {
    ($($name:ident)+) => {
        $(mod $name;)+

        /// Every section, in the order of the document.
        pub const SECTIONS: &[Section] = &[$($name::SECTION,)+];
    };
}
section_names!(table);

impl View {
    /// The consolidated plan.
    pub fn new(input: &Input) -> Self {
        let context = Context::new(input, None);
        let public = input.visibility == Visibility::Public;
        View::of(&context, |section| {
            !public || section.visibility == Visibility::Public
        })
    }

    /// What one person needs: their sheet, their card and the contact list.
    ///
    /// # Errors
    /// When no such person is in the plans.
    pub fn for_person(input: &Input, id: &str) -> Result<Self> {
        let people = &input.loaded.programme.people;
        let Some(person) = people.get(id) else {
            let near = crate::load::closest(id, people.iter().map(|person| person.id()));
            let hint = near.map_or_else(
                || "Write the id of a person as it stands under `people`.".to_owned(),
                |near| format!("Did you mean `{near}`?"),
            );
            return Err(Error::not_found(format!("find a person `{id}`")).hint(hint));
        };
        let inside = Input {
            visibility: Visibility::Internal,
            ..*input
        };
        let context = Context::new(&inside, Some(person));
        Ok(View::of(&context, |section| section.part == Part::People))
    }

    fn of(context: &Context, chosen: impl Fn(&Section) -> bool) -> Self {
        let mut contents = contents(context, chosen);
        let mut document = control::document(context);
        if context.public() {
            let redaction = redact::Redaction::new(context);
            let shown = contents.values_mut().flatten();
            shown.for_each(|content| redaction.apply(content));
            redaction.apply_to(&mut document.organization);
        }
        let mut number = 0;
        let part = |part: Part| PartView {
            id: part.id(),
            title: part.title(),
            sections: SECTIONS
                .iter()
                .filter(|section| section.part == part)
                .filter_map(|section| {
                    let content = contents.remove(section.id)?;
                    section_view(context, section, content, &mut number)
                })
                .collect(),
        };
        let parts = Part::ALL.map(part);
        let whole = context.only.is_none() && !context.public();
        View {
            document,
            parts: parts
                .into_iter()
                .filter(|part| !part.sections.is_empty())
                .collect(),
            picture: whole.then(|| picture::picture(context)).flatten(),
            facts: context.facts.clone(),
            now: context.input.now,
            extent: if whole {
                Extent::Whole
            } else {
                Extent::Excerpt
            },
        }
    }
}

/// What each chosen section shows. The framework mapping comes last: it tells of the others.
fn contents(
    context: &Context,
    chosen: impl Fn(&Section) -> bool,
) -> BTreeMap<&'static str, Option<Value>> {
    let (others, last): (Vec<_>, Vec<_>) = SECTIONS
        .iter()
        .filter(|s| chosen(s))
        .partition(|s| s.id != frameworks::SECTION.id);
    let built = |section: &&Section| (section.id, (section.build)(context));
    let mut contents: BTreeMap<_, _> = others.iter().map(built).collect();
    context.know_sections(
        contents
            .iter()
            .map(|(id, content)| (*id, content.is_some())),
    );
    contents.extend(last.iter().map(built));
    contents
}

/// A section as it stands in the document; in the public variant an empty one is left out.
fn section_view(
    context: &Context,
    section: &Section,
    content: Option<Value>,
    number: &mut usize,
) -> Option<SectionView> {
    if content.is_none() && context.public() {
        return None;
    }
    let absent = content.is_none().then(|| absent(context, section));
    *number += usize::from(section.part != Part::Management);
    Some(SectionView {
        id: section.id,
        number: (section.part != Part::Management).then_some(*number),
        title: section.title,
        absent,
        content,
    })
}

/// The word for what nobody wrote.
const MISSING: &str = "missing";

fn absent(context: &Context, section: &Section) -> Absent {
    let declared = context
        .organization()
        .map_or(&[][..], |o| &o.not_applicable);
    let named = |n: &&crate::model::NotApplicable| {
        n.section == section.id || section.keys.contains(&n.section.as_str())
    };
    match declared.iter().find(named) {
        Some(declared) => Absent {
            word: "not applicable",
            why: declared.reason.clone(),
        },
        None => Absent {
            word: MISSING,
            why: section.missing.to_owned(),
        },
    }
}

/// What a section shows, as templates read it.
fn shown<T: Serialize>(content: T) -> Value {
    serde_json::to_value(content).expect("a view has text keys and finite numbers")
}

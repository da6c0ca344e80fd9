//! The critical functions, each with its business impact analysis, the most urgent first.

use serde::Serialize;
use serde_json::Value;

use super::calendar::day;
use super::context::Context;
use super::names::anchor;
use super::value::{Figure, Mood, Named, Proof};
use super::{Part, Section, shown};
use crate::id::SiteId;
use crate::model::*;
use crate::time::Duration;

pub const SECTION: Section = Section {
    id: "functions",
    title: "Critical functions and business impact",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &[
        "BC-04",
        "BC-16",
        "BC-20",
        "BC-25",
        "BC-26",
        "SP 800-34 B",
        "ISO 22301 8.2.2",
        "A1.2",
        "CC9.1",
    ],
    keys: &["functions", "bia"],
    missing: "No team has declared a critical function. Without functions nothing here has a \
              purpose; begin with `mainstay new function`.",
    build,
};

#[derive(Serialize)]
struct Functions {
    functions: Vec<FunctionView>,
    inside: bool,
}

#[derive(Serialize)]
struct FunctionView {
    anchor: String,
    name: String,
    summary: Option<String>,
    owner: Option<Named>,
    deputy: Option<Named>,
    mtpd: Option<Figure>,
    rto: Option<Figure>,
    rpo: Option<Figure>,
    wrt: Option<Figure>,
    recovered: Option<Proof>,
    lost: Option<Proof>,
    mbco: Option<String>,
    rule: Rule,
    peaks: Vec<PeakView>,
    needs: Vec<Need>,
    bia: Option<BiaView>,
    people: Vec<PeopleView>,
    sites: Vec<Named>,
    equipment: Vec<String>,
    at: String,
}

/// Whether recovering and catching up fit the tolerable period.
#[derive(Serialize)]
struct Rule {
    words: String,
    mood: Mood,
}

#[derive(Serialize)]
struct PeakView {
    name: String,
    when: String,
    rto: Option<Figure>,
}

/// Something that is needed.
#[derive(Serialize)]
pub(super) struct Need {
    /// What.
    pub on: Named,
    /// How much.
    pub kind: &'static str,
    /// What for.
    pub purpose: Option<String>,
}

#[derive(Serialize)]
struct BiaView {
    assessed_at: Option<String>,
    assessed_by: Option<Named>,
    method: Option<String>,
    intolerable: &'static str,
    tolerance: Option<String>,
    points: Vec<Point>,
}

/// The damage of one category once the function has been down for some time.
#[derive(Serialize)]
struct Point {
    after: Figure,
    category: &'static str,
    level: &'static str,
    /// From 1 to 5.
    degree: u8,
    cost: Option<String>,
    note: Option<String>,
}

#[derive(Serialize)]
struct PeopleView {
    role: Named,
    count: u32,
}

fn build(context: &Context) -> Option<Value> {
    let functions: Vec<_> = ranked(context.programme)
        .map(|f| view(context, f))
        .collect();
    let inside = !context.public();
    (!functions.is_empty()).then(|| shown(Functions { functions, inside }))
}

/// The functions by urgency: the shortest tolerable period first, then the shortest objective.
pub(super) fn ranked(programme: &Programme) -> impl Iterator<Item = &Item<Function>> {
    let mut functions: Vec<_> = programme.functions.iter().collect();
    let urgency = |f: &Item<Function>| {
        let mtpd = f.mtpd.map(|mtpd| mtpd.0);
        (mtpd.is_none(), mtpd, f.rto.is_none(), f.rto)
    };
    functions.sort_by_key(|function| urgency(function));
    functions.into_iter()
}

fn view(context: &Context, function: &Item<Function>) -> FunctionView {
    let figure = |what: &str| context.figure(&format!("function.{}.{what}", function.id));
    let inside = !context.public();
    let needs = function.needs.as_ref().filter(|_| inside);
    let bia = function.bia.as_ref().filter(|_| inside);
    FunctionView {
        anchor: anchor(Kind::Function, function.id()),
        name: function.name.clone(),
        summary: function.summary.clone().filter(|_| inside),
        owner: context.party_of(function.owner.as_ref()),
        deputy: context.party_of(function.deputy.as_ref()),
        mtpd: figure("mtpd"),
        rto: figure("rto"),
        rpo: figure("rpo"),
        wrt: figure("wrt"),
        recovered: context.recovered(Kind::Function, function.id()),
        lost: context.lost(Kind::Function, function.id()),
        mbco: function.mbco.clone().filter(|_| inside),
        rule: rule(function),
        peaks: if inside {
            peaks(context, function)
        } else {
            Vec::new()
        },
        needs: if inside {
            self::needs(context, &function.depends_on)
        } else {
            Vec::new()
        },
        bia: bia.map(|bia| self::bia(context, function, bia)),
        people: needs.map_or_else(Vec::new, |needs| people(context, &needs.people)),
        sites: needs.map_or_else(Vec::new, |needs| {
            context.several(Kind::Site, needs.sites.iter().map(SiteId::as_str))
        }),
        equipment: needs.map_or_else(Vec::new, |needs| needs.equipment.clone()),
        at: context.at_origin(function.at()),
    }
}

fn rule(function: &Function) -> Rule {
    let (Some(mtpd), Some(rto)) = (function.mtpd, function.rto) else {
        let words = "Cannot be judged: RTO or MTPD is not stated.".to_owned();
        return Rule {
            words,
            mood: Mood::Gap,
        };
    };
    let wrt = function.wrt.unwrap_or(Wrt(Duration::ZERO));
    match mtpd.slack(rto, wrt) {
        Some(slack) => Rule {
            words: format!("RTO + WRT ≤ MTPD holds, with {} to spare.", slack.words()),
            mood: Mood::Fine,
        },
        None => Rule {
            words: format!("RTO {rto} + WRT {wrt} is more than MTPD {mtpd}."),
            mood: Mood::Gap,
        },
    }
}

fn peaks(context: &Context, function: &Item<Function>) -> Vec<PeakView> {
    let one = |(i, peak): (usize, &Peak)| PeakView {
        name: peak.name.clone(),
        when: peak.when.clone(),
        rto: context.figure(&format!("function.{}.peak.{i}.rto", function.id)),
    };
    function.peaks.iter().enumerate().map(one).collect()
}

/// What is needed, in the order in which it is written.
pub(super) fn needs(context: &Context, dependencies: &[Dependency]) -> Vec<Need> {
    let one = |dependency: &Dependency| Need {
        on: context.node(&dependency.on),
        kind: dependency.kind.word(),
        purpose: dependency.purpose.clone(),
    };
    dependencies.iter().map(one).collect()
}

fn bia(context: &Context, function: &Item<Function>, bia: &Bia) -> BiaView {
    let impacts = bia.impacts.iter().enumerate();
    let points = impacts.flat_map(|(i, impact)| {
        let over_time = impact.over_time.iter().enumerate();
        over_time.filter_map(move |(j, point)| {
            let key = format!("function.{}.impact.{i}.{j}", function.id);
            Some((impact.category, context.figure(&key)?, point))
        })
    });
    let mut points: Vec<_> = points.collect();
    points.sort_by_key(|(category, _, point)| (point.after, *category));
    BiaView {
        assessed_at: bia.assessed_at.map(day),
        assessed_by: context.party_of(bia.assessed_by.as_ref()),
        method: bia.method.clone(),
        intolerable: bia.intolerable().word(),
        tolerance: bia.tolerance().map(Duration::words),
        points: points.into_iter().map(point).collect(),
    }
}

fn point((category, after, point): (ImpactCategory, Figure, &ImpactPoint)) -> Point {
    Point {
        after,
        category: category.word(),
        level: point.level.word(),
        degree: point.level as u8 + 1,
        cost: point.cost.map(money),
        note: point.note.clone(),
    }
}

/// An amount with its thousands apart: `120 000 EUR`.
pub(super) fn money(money: Money) -> String {
    let digits = money.amount.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    format!("{text} {}", money.currency())
}

fn people(context: &Context, people: &[PeopleNeed]) -> Vec<PeopleView> {
    let one = |need: &PeopleNeed| PeopleView {
        role: context.named(Kind::Role, need.role.as_str()),
        count: need.count.unwrap_or(1),
    };
    people.iter().map(one).collect()
}

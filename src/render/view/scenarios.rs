//! The scenarios, the gravest first: what each takes down, by when to declare, what is done.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::functions::money;
use super::names::anchor;
use super::prediction::untold;
use super::sequence::named;
use super::value::{Figure, Mood, Named};
use super::{Part, Section, shown};
use crate::graph::Ix;
use crate::graph::failure::{Affected, Failure};
use crate::graph::paradox::{Means, Paradox};
use crate::graph::spread::State;
use crate::graph::target::Target;
use crate::id::CredentialId;
use crate::id::PersonId;
use crate::id::SiteId;
use crate::id::SystemId;
use crate::id::VendorId;
use crate::model::*;
use crate::time::Duration;

pub const SECTION: Section = Section {
    id: "scenarios",
    title: "Scenarios and response",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-08",
        "BC-27",
        "SP 800-34 3.1",
        "SP 800-34 3.3",
        "ISO 22301 8.4.4",
        "DORA 26(2)",
        "A1.2",
        "A1.3(1)",
        "CC7.5",
        "CC9.1",
    ],
    keys: &["scenarios"],
    missing: "No scenario is declared. Say which disruptions to prepare for, what each takes down \
              and what is done then, under `scenarios`.",
    build,
};

#[derive(Serialize)]
struct Scenarios {
    scenarios: Vec<ScenarioView>,
}

#[derive(Serialize)]
struct ScenarioView {
    anchor: String,
    name: String,
    summary: Option<String>,
    class: Option<String>,
    likelihood: Option<&'static str>,
    impact: Option<&'static str>,
    lasts: Option<Figure>,
    takes_down: Vec<Taken>,
    down: usize,
    functions: Vec<Hit>,
    never: Vec<Named>,
    impossible: Vec<Impossible>,
    procedures: Vec<Named>,
    activation: Vec<String>,
    stand_down: Vec<String>,
    at: String,
}

/// What a scenario takes away, of one kind.
#[derive(Serialize)]
struct Taken {
    what: &'static str,
    names: Vec<Named>,
}

/// A step that cannot be done in this scenario, because what it needs is down.
#[derive(Serialize)]
struct Impossible {
    procedure: Named,
    step: usize,
    why: String,
}

/// What a scenario does to one function.
#[derive(Serialize)]
struct Hit {
    name: Named,
    state: &'static str,
    back: String,
    rto: Option<Figure>,
    verdict: String,
    mood: Mood,
    declare_by: Option<String>,
    cost: Vec<String>,
}

fn build(context: &Context) -> Option<Value> {
    let mut scenarios: Vec<_> = context.programme.scenarios.iter().collect();
    scenarios.sort_by_key(|s| {
        let rating = s
            .likelihood
            .zip(s.impact)
            .map(|(likely, bad)| rating(likely, bad));
        std::cmp::Reverse(rating)
    });
    let views: Vec<_> = scenarios
        .into_iter()
        .map(|scenario| view(context, scenario))
        .collect();
    (!views.is_empty()).then(|| shown(Scenarios { scenarios: views }))
}

fn view(context: &Context, scenario: &Item<Scenario>) -> ScenarioView {
    let failure = Failure::new(context.analysis, Target::Scenario(scenario));
    let procedures = scenario.procedures.iter();
    ScenarioView {
        anchor: anchor(Kind::Scenario, scenario.id()),
        name: scenario.name.clone(),
        summary: scenario.summary.clone(),
        class: scenario.class.as_ref().map(|class| context.class(class)),
        likelihood: scenario.likelihood.map(Likelihood::word),
        impact: scenario.impact.map(ImpactLevel::word),
        lasts: context.figure(&format!("scenario.{}.lasts", scenario.id)),
        takes_down: taken(context, scenario),
        down: failure.spread.down.len(),
        functions: failure
            .functions
            .iter()
            .map(|hit| self::hit(context, hit))
            .collect(),
        never: failure
            .never
            .iter()
            .map(|node| named(context, *node))
            .collect(),
        impossible: impossible(context, scenario),
        procedures: procedures
            .map(|id| context.named(Kind::Procedure, id.as_str()))
            .collect(),
        activation: scenario.activation.clone(),
        stand_down: scenario.stand_down.clone(),
        at: context.at_origin(scenario.at()),
    }
}

/// The steps whose own means are down.
fn impossible(context: &Context, scenario: &Item<Scenario>) -> Vec<Impossible> {
    let ours = context
        .analysis
        .paradoxes
        .iter()
        .filter(|p| p.scenario.id == scenario.id);
    let one = |paradox: &Paradox| Impossible {
        procedure: context.named(Kind::Procedure, paradox.procedure.id()),
        step: paradox.step + 1,
        why: why(context, &paradox.means),
    };
    ours.map(one).collect()
}

fn why(context: &Context, means: &Means) -> String {
    let programme = context.programme;
    let first = |chain: &[Ix]| {
        chain
            .first()
            .map_or("", |node| context.analysis.graph.name(*node))
    };
    match means {
        Means::Tool(chain) => format!("{} is down", first(chain)),
        Means::Channel(chain) => format!("{}, the means to tell, is down", first(chain)),
        Means::Credential(at) => {
            format!(
                "{} cannot be used",
                programme.credentials[*at as usize].name
            )
        }
        Means::KeptIn(at, chain) => {
            let credential = &programme.credentials[*at as usize].name;
            format!("{credential} is kept in {}, which is down", first(chain))
        }
        Means::Role(at) => format!("nobody is left as {}", programme.roles[*at as usize].name),
    }
}

fn taken(context: &Context, scenario: &Scenario) -> Vec<Taken> {
    let Some(down) = &scenario.takes_down else {
        return Vec::new();
    };
    let taken = |what, kind, ids: Vec<&str>| Taken {
        what,
        names: ids.into_iter().map(|id| context.named(kind, id)).collect(),
    };
    let all = [
        taken(
            "Sites",
            Kind::Site,
            down.sites.iter().map(SiteId::as_str).collect(),
        ),
        taken(
            "Systems",
            Kind::System,
            down.systems.iter().map(SystemId::as_str).collect(),
        ),
        taken(
            "Vendors",
            Kind::Vendor,
            down.vendors.iter().map(VendorId::as_str).collect(),
        ),
        taken(
            "People",
            Kind::Person,
            down.people.iter().map(PersonId::as_str).collect(),
        ),
        taken(
            "Credentials",
            Kind::Credential,
            down.credentials.iter().map(CredentialId::as_str).collect(),
        ),
    ];
    all.into_iter()
        .filter(|taken| !taken.names.is_empty())
        .collect()
}

fn hit(context: &Context, hit: &Affected) -> Hit {
    let (verdict, mood) = verdict(context, hit);
    let state = match hit.state {
        State::Works => "works",
        State::CannotRestart => "runs, could not be restarted",
        State::Degraded => "degraded",
        State::Down => "down",
    };
    let back = match (hit.state, hit.back_at) {
        (State::Down, Some(back)) => back.words(),
        (State::Down, None) => "no way back is stated".to_owned(),
        _ => "stays up".to_owned(),
    };
    Hit {
        name: named(context, hit.node),
        state,
        back,
        rto: context.figure(&format!("function.{}.rto", hit.function.id)),
        verdict,
        mood,
        declare_by: (hit.state == State::Down).then(|| declare_by(hit)),
        cost: hit.cost_when_back.iter().map(|cost| money(*cost)).collect(),
    }
}

fn verdict(context: &Context, hit: &Affected) -> (String, Mood) {
    let (rto, mtpd) = (hit.breaches_rto_at, hit.breaches_mtpd_at);
    match (hit.state, rto, mtpd) {
        (State::Down, _, Some(mtpd)) => (
            format!("not tolerable any more after {}", mtpd.words()),
            Mood::Gap,
        ),
        (State::Down, Some(rto), None) => (
            format!("later than promised: RTO {}", rto.words()),
            Mood::Attention,
        ),
        (State::Down, None, None) if hit.doubt.is_some() => (untold(context, hit.doubt), Mood::Gap),
        (State::Down, None, None) => ("in time".to_owned(), Mood::Fine),
        _ => ("goes on".to_owned(), Mood::Fine),
    }
}

/// By when the disruption must be declared.
fn declare_by(hit: &Affected) -> String {
    let words = |time: Option<Duration>, what: &str| match time {
        Some(time) if time == Duration::ZERO => format!("at once for the {what}"),
        Some(time) => format!("within {} for the {what}", time.words()),
        None => format!("too late for the {what}"),
    };
    match (hit.declare_by_for_rto, hit.declare_by_for_mtpd) {
        _ if hit.doubt.is_some() => "cannot be told".to_owned(),
        (Some(rto), _) => words(Some(rto), "RTO"),
        (None, mtpd) => format!("too late for the RTO; {}", words(mtpd, "MTPD")),
    }
}

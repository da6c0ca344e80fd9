//! The risks to the business, the gravest first, and the matrix they make.

use serde::Serialize;
use serde_json::Value;

use super::calendar::day;
use super::context::Context;
use super::value::{Mood, Named};
use super::{Part, Section, shown};
use crate::model::*;

pub const SECTION: Section = Section {
    id: "risks",
    title: "Risks to the business",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &["BC-18", "ISO 22301 8.2.3", "CC9.1", "A1.2"],
    keys: &["risks"],
    missing: "No risk is declared. Say what could go wrong, how likely and how bad it is, under \
              `risks`.",
    build,
};

#[derive(Serialize)]
struct Risks {
    matrix: Vec<Row>,
    columns: Vec<&'static str>,
    risks: Vec<RiskView>,
}

/// One likelihood of the matrix, the highest first.
#[derive(Serialize)]
struct Row {
    likelihood: &'static str,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    rating: u32,
    mood: Mood,
    numbers: Vec<usize>,
}

#[derive(Serialize)]
struct RiskView {
    number: usize,
    name: String,
    summary: Option<String>,
    likelihood: &'static str,
    impact: &'static str,
    rating: u32,
    mood: Mood,
    treatment: Option<&'static str>,
    measures: Option<String>,
    owner: Option<Named>,
    affects: Vec<Named>,
    scenarios: Vec<Named>,
    reviewed_at: Option<String>,
    at: String,
}

/// From this rating a risk is high, of 25.
const HIGH: u32 = 15;
/// From this rating a risk is medium.
const MEDIUM: u32 = 8;

fn build(context: &Context) -> Option<Value> {
    let mut risks: Vec<_> = context.programme.risks.iter().collect();
    risks.sort_by_key(|risk| std::cmp::Reverse(rating(risk.likelihood, risk.impact)));
    let matrix = Likelihood::ALL
        .iter()
        .rev()
        .map(|likelihood| row(&risks, *likelihood));
    let content = Risks {
        matrix: matrix.collect(),
        columns: ImpactLevel::ALL.iter().map(|level| level.word()).collect(),
        risks: (1..)
            .zip(&risks)
            .map(|(number, risk)| view(context, number, risk))
            .collect(),
    };
    (!risks.is_empty()).then(|| shown(content))
}

fn mood(rating: u32) -> Mood {
    match rating {
        HIGH.. => Mood::Gap,
        MEDIUM.. => Mood::Attention,
        _ => Mood::Fine,
    }
}

fn row(risks: &[&Item<Risk>], likelihood: Likelihood) -> Row {
    let cell = |impact: &ImpactLevel| {
        let here = |risk: &&Item<Risk>| (risk.likelihood, risk.impact) == (likelihood, *impact);
        let numbers = (1..)
            .zip(risks)
            .filter(|(_, risk)| here(risk))
            .map(|(number, _)| number);
        let rating = rating(likelihood, *impact);
        Cell {
            rating,
            mood: mood(rating),
            numbers: numbers.collect(),
        }
    };
    Row {
        likelihood: likelihood.word(),
        cells: ImpactLevel::ALL.iter().map(cell).collect(),
    }
}

fn view(context: &Context, number: usize, risk: &Item<Risk>) -> RiskView {
    let rating = rating(risk.likelihood, risk.impact);
    let scenarios = risk.scenarios.iter();
    RiskView {
        number,
        name: risk.name.clone(),
        summary: risk.summary.clone(),
        likelihood: risk.likelihood.word(),
        impact: risk.impact.word(),
        rating,
        mood: mood(rating),
        treatment: risk.treatment.map(Treatment::word),
        measures: risk.measures.clone(),
        owner: context.party_of(risk.owner.as_ref()),
        affects: risk.affects.iter().map(|id| context.node(id)).collect(),
        scenarios: scenarios
            .map(|id| context.named(Kind::Scenario, id.as_str()))
            .collect(),
        reviewed_at: risk.reviewed_at.map(day),
        at: context.at_origin(risk.at()),
    }
}

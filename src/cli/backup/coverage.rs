//! `mainstay backup coverage`: which data are proven to come back, and which are not.

use std::fmt::Write;

use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::options::{Format, Source};
use crate::cli::output::print;
use crate::error::Result;
use crate::model::{Backup, Item};
use crate::proof::{Joint, Level};
use crate::render::proof::{Coverage, Loss, Row, State};
use crate::text;
use crate::time::{Date, Duration};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The whole matrix.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Page<'p> {
    systems: usize,
    validated: usize,
    restored: usize,
    only_said: usize,
    without_way: usize,
    rows: Vec<Line<'p>>,
}

/// One system that holds data.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'p> {
    system: &'p str,
    usual: Vec<&'p str>,
    full_local: Vec<&'p str>,
    level: Level,
    number: u8,
    /// The day on which that was shown.
    shown_on: Option<Date>,
    /// The copy that shows it.
    shown_by: Option<&'p str>,
    /// The copies in which a fault was found that nobody has seen mended.
    faulty: Vec<&'p str>,
    took: Option<Duration>,
    rto: Option<Duration>,
    lost: Option<Duration>,
    /// By what it is known how much would be lost.
    lost_by: Option<&'static str>,
    rpo: Option<Duration>,
    last_restore: Option<Date>,
    /// The verification that shows it; nothing where only the plan says so.
    restored_by: Option<&'p str>,
    next_due: Option<Date>,
    state: &'static str,
    /// Until when an exception is accepted.
    accepted_until: Option<Date>,
    /// What policy demands where one copy is not enough, and how that stands.
    policy: Option<String>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let record = plans.record();
    let coverage = Coverage::new(&plans.loaded.programme, &record, plans.today());
    match args.format {
        Format::Json => print(&text::json(&Page::new(&coverage)))?,
        Format::Text => print(&told(&coverage))?,
    }
    Ok(Outcome::Done)
}

impl<'p> Page<'p> {
    fn new(coverage: &Coverage<'p>) -> Self {
        Page {
            systems: coverage.rows.len(),
            validated: coverage.proven_at(Level::Validated),
            restored: coverage.proven_at(Level::Restored),
            only_said: coverage.only_said(),
            without_way: coverage.without_way(),
            rows: coverage.rows.iter().map(Line::new).collect(),
        }
    }
}

impl<'p> Line<'p> {
    fn new(row: &Row<'p>) -> Self {
        let shown = row.shown_by();
        let proven = row.proven.as_ref().filter(|_| shown.is_some());
        let (loss, restore) = (row.loss(), row.restore.as_ref().map(|(_, restore)| restore));
        Line {
            system: row.system.id.as_str(),
            usual: ids(&row.usual),
            full_local: ids(&row.full_local),
            level: row.level(),
            number: row.level().number(),
            shown_on: shown.map(|shown| shown.day),
            shown_by: proven.map(|proven| proven.copy.id.as_str()),
            faulty: ids(&row.faulty),
            took: row.took().map(|(_, took)| took),
            rto: row.rto.map(|rto| rto.0),
            lost: loss.map(Loss::time),
            lost_by: loss.map(Loss::by),
            rpo: row.rpo.map(|rpo| rpo.0),
            last_restore: restore.map(|restore| restore.on),
            restored_by: restore.and_then(|restore| Some(restore.by?.id.as_str())),
            next_due: restore.map(|restore| restore.until),
            state: row.state.word(),
            accepted_until: match row.state {
                State::Exception(accepted) => Some(accepted.until),
                _ => None,
            },
            policy: row.joint.as_ref().map(Joint::words),
        }
    }
}

fn ids<'p>(copies: &[&'p Item<Backup>]) -> Vec<&'p str> {
    copies.iter().map(|copy| copy.id.as_str()).collect()
}

/// The columns of a system for a terminal.
const COLUMNS: [&str; 8] = [
    "SYSTEM",
    "USUAL",
    "FULL",
    "LEVEL",
    "RESTORE/RTO",
    "LOSS/RPO",
    "RESTORED",
    "STATE",
];

fn told(coverage: &Coverage) -> String {
    if coverage.rows.is_empty() {
        return "No system says that it holds data; write `holds-data: true` on those that do.\n"
            .to_owned();
    }
    let mut table = vec![COLUMNS.map(str::to_owned)];
    table.extend(coverage.rows.iter().map(cells));
    let widths: [usize; 8] = std::array::from_fn(|column| {
        let cells = table.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or(0)
    });
    let mut told = String::new();
    for line in &table {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(widths) {
            write!(text, "{cell:width$}  ").expect("a string takes all");
        }
        told.push_str(text.trim_end());
        told.push('\n');
    }
    for row in &coverage.rows {
        if let Some(joint) = &row.joint {
            writeln!(told, "{}: {}", row.system.id, joint.words()).expect("a string takes all");
        }
    }
    told + "\n" + &coverage.headline() + "\n"
}

/// A row in short: how many copies of each part, and what is shown.
fn cells(row: &Row) -> [String; 8] {
    let line = Line::new(row);
    let words = |time: Option<Duration>| time.map_or("-".to_owned(), Duration::words);
    let of = |actual, promised| format!("{} / {}", words(actual), words(promised));
    let restored = match (line.last_restore, line.restored_by) {
        (None, _) => "-".to_owned(),
        (Some(on), Some(_)) => on.to_string(),
        (Some(on), None) => format!("{on} (said)"),
    };
    let count = |copies: &[&str]| match copies {
        [] => "none".to_owned(),
        copies => copies.join(","),
    };
    [
        line.system.to_owned(),
        count(&line.usual),
        count(&line.full_local),
        match line.faulty.as_slice() {
            [] => format!("{} {}", line.number, line.level.word()),
            faulty => format!(
                "{} {}; fault in {}",
                line.number,
                line.level.word(),
                faulty.join(",")
            ),
        },
        of(line.took, line.rto) + if row.is_late() { " !" } else { "" },
        of(line.lost, line.rpo) + if row.loses_too_much() { " !" } else { "" },
        restored,
        line.state.to_owned(),
    ]
}

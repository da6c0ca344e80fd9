//! `mainstay schedule next`: the next times of each drill.

use std::collections::HashMap;

use super::line::{Line, text};
use crate::cli::Outcome;
use crate::cli::options::{Format, Moment, Within, open};
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::schedule::{AHEAD, planned};
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// The drills; all with a schedule or a day that is planned, when none is named
    drills: Vec<String>,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    moment: Moment,
    /// How many times of each
    #[arg(long, value_name = "NUMBER", default_value = "3")]
    count: usize,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, args.moment.now)?;
    let drills = &plans.loaded.programme.drills;
    for id in &args.drills {
        drills.get(id).ok_or_else(|| {
            Error::not_found(format!("find the drill `{id}`"))
                .hint("`mainstay drill list` shows the drills of the plans.")
        })?;
    }
    let is_meant = |id: &str| args.drills.is_empty() || args.drills.iter().any(|named| named == id);
    let today = plans.today();
    let last = today.0.checked_add_days(AHEAD).unwrap_or(today.0);
    let all = planned(&plans.loaded.programme, (plans.now.instant(), today), last);
    let mut known: HashMap<&str, usize> = HashMap::new();
    let lines = all.iter().filter(|it| is_meant(it.drill.id.as_str()));
    let lines = lines.filter(|it| {
        let count = known.entry(it.drill.id.as_str()).or_default();
        *count += 1;
        *count <= args.count
    });
    let lines: Vec<Line> = lines.map(Line::new).collect();
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text if lines.is_empty() => {
            print(
                "Nothing is planned within two years.\n\
             Write `schedule` in a drill; `mainstay check` says what is wrong with one.\n",
            )?;
        }
        Format::Text => print(&text(&lines))?,
    }
    Ok(Outcome::Done)
}

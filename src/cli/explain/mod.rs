//! `mainstay explain`: what a finding means, and what a number is made of.

mod check;

pub use check::find;

use super::options::{Format, Source};
use super::output::print;
use super::{Outcome, progress, thing};
use crate::app::Plans;
use crate::error::{Error, Result};
use crate::graph::{Analysis, Ix};
use crate::render::explain::rpo::Rpo;
use crate::render::explain::rto::Rto;
use crate::text::json;

const EXAMPLES: &str = "\
Examples:
  mainstay explain
  mainstay explain no-alternate
  mainstay explain rto checkout
  mainstay explain rpo checkout plans --format json";

/// Explain a check or a number, or list every check
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The id of a check, or `rto` or `rpo`. Every check is listed when left out
    #[arg(value_name = "ID")]
    what: Option<String>,
    /// The function or system whose RTO or RPO to explain
    #[arg(value_name = "THING")]
    thing: Option<String>,
    #[command(flatten)]
    source: Source,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(args: Args) -> Result<Outcome> {
    let text = match (args.what.as_deref(), args.thing.as_deref()) {
        (None, _) => check::list(args.format),
        (Some(number @ ("rto" | "rpo")), Some(thing)) => explain(&args, number, thing)?,
        (Some(number @ ("rto" | "rpo")), None) => {
            let error = Error::usage(format!("explain the {number} of nothing"));
            let command = format!("mainstay explain {number} ID");
            return Err(error.hint(format!("Name a function or system: `{command}`.")));
        }
        (Some(id), None) => check::one(id, args.format)?,
        (Some(_), Some(thing)) => {
            let error = Error::usage(format!("explain a check of `{}`", thing.escape_debug()));
            return Err(error.hint("Only `rto` and `rpo` are explained of a thing."));
        }
    };
    print(&text)?;
    Ok(Outcome::Done)
}

fn explain(args: &Args, number: &str, thing: &str) -> Result<String> {
    let plans = progress::during("Reading the plans", || args.source.open())?;
    let analysis = progress::during("Analysing", || plans.analyse(&plans.record()));
    let node = thing::in_graph(&plans, &analysis.graph, thing)?;
    Ok(match number {
        "rto" => rto(&plans, &analysis, node, args.format),
        _ => rpo(&plans, &analysis, node, args.format),
    })
}

fn rto(plans: &Plans, analysis: &Analysis, node: Ix, format: Format) -> String {
    let rto = Rto::new(analysis, &plans.loaded.sources, node);
    match format {
        Format::Text => rto.text(),
        Format::Json => json(&rto),
    }
}

fn rpo(plans: &Plans, analysis: &Analysis, node: Ix, format: Format) -> String {
    let rpo = Rpo::new(analysis, &plans.loaded.sources, node);
    match format {
        Format::Text => rpo.text(),
        Format::Json => json(&rpo),
    }
}

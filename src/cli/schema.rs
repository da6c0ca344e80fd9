//! `mainstay schema`: the JSON Schema of plan files.

use super::Outcome;
use super::output::print;
use crate::error::Result;
use crate::model::schema;
use crate::text::json;

const EXAMPLES: &str = "\
Examples:
  mainstay schema > .mainstay/plan.schema.json

Editors complete and document every key of a plan file whose first line is
  # yaml-language-server: $schema=../.mainstay/plan.schema.json";

/// Print the JSON Schema of plan files
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

pub fn run(Args {}: Args) -> Result<Outcome> {
    print(&text())?;
    Ok(Outcome::Done)
}

/// The schema, as it is also written into a new workspace.
pub fn text() -> String {
    json(&schema())
}

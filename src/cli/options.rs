//! Options that several commands share.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, RangedI64ValueParser};

use super::output::warn;
use crate::app::{Now, Plans};
use crate::error::Result;

/// Which plans, and for which moment.
#[derive(clap::Args)]
pub struct Source {
    /// The workspace, or a folder inside it
    #[arg(default_value = ".", hide_default_value = true)]
    pub path: PathBuf,
    #[command(flatten)]
    pub moment: Moment,
}

/// For which moment.
#[derive(clap::Args)]
pub struct Moment {
    /// Do it as of this day or time, such as 2026-11-22. Now, when left out
    #[arg(long, value_name = "TIME")]
    pub now: Option<Now>,
}

/// Which workspace, where the first word on the command line names something in it.
#[derive(Clone, clap::Args)]
pub struct Within {
    /// The workspace, or a folder inside it
    #[arg(
        long = "in",
        value_name = "PATH",
        default_value = ".",
        hide_default_value = true
    )]
    pub path: PathBuf,
}

impl Within {
    /// Reads the plans as of now: what is done is done now, so nothing that has lapsed counts.
    pub fn open(&self) -> Result<Plans> {
        open(&self.path, None)
    }
}

impl Source {
    /// Reads the plans, and says which files could not be read.
    pub fn open(&self) -> Result<Plans> {
        open(&self.path, self.moment.now)
    }

    /// Reads the plans, for who shows every finding anyway.
    pub fn open_to_check(&self) -> Result<Plans> {
        Plans::open(&self.path, self.moment.now)
    }
}

/// Reads the plans, and says which files could not be read: whatever comes next is without them.
pub fn open(path: &Path, now: Option<Now>) -> Result<Plans> {
    let plans = Plans::open(path, now)?;
    for file in plans.loaded.unread() {
        warn(&format!(
            "`{}` could not be read to its end, so what it declares is missing in all that \
             follows; `mainstay check` says why",
            file.escape_debug()
        ));
    }
    Ok(plans)
}

/// For people or for programs; for commands that have no further formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Accepts the names of a table, each shown with its summary.
pub fn names(
    table: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> PossibleValuesParser {
    let values = table
        .into_iter()
        .map(|(name, summary)| PossibleValue::new(name).help(summary));
    PossibleValuesParser::new(values)
}

/// The years that can be named: those of which the clocks of places are known, or assumed.
pub fn years() -> RangedI64ValueParser<i32> {
    clap::value_parser!(i32).range(1900..=2199)
}

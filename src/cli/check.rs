//! `mainstay check`: what is wrong with the plans.

use super::options::{Source, names};
use super::output::{self, print};
use super::{Outcome, explain, progress};
use crate::app::Plans;
use crate::error::Result;
use crate::finding::{self, Counts, Finding, Severity};
use crate::load;
use crate::render::findings::{self, FORMATS, Report};

const EXAMPLES: &str = "\
Examples:
  mainstay check
  mainstay check plans/finance --deny warnings
  mainstay check --only no-alternate,rto-exceeds-mtpd
  mainstay check --format sarif > findings.sarif

The exit status is 1 when there are findings at the level of --deny or above that nobody accepts.
`mainstay explain ID` says what a finding means and how to mend it.";

/// How many findings of each check people are shown, unless they ask for the check by name.
pub const OF_EACH_MAX: usize = 100;

/// Check the plans and say what is wrong, where, and what to do
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// How to write the findings
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].name,
        value_parser = names(FORMATS.iter().map(|format| (format.name, format.summary))))]
    format: String,
    /// Fail on findings of this level and above
    #[arg(long, value_name = "LEVEL", default_value = "errors")]
    deny: Level,
    /// Only these checks
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Print nothing; the exit status says whether there are findings
    #[arg(long, short)]
    quiet: bool,
}

/// The level from which on findings fail a command.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Level {
    /// Only what cannot work
    Errors,
    /// Also what is weaker than it should be
    Warnings,
    /// Everything
    Notes,
}

impl Level {
    /// The least severity that fails.
    pub fn severity(self) -> Severity {
        match self {
            Level::Errors => Severity::Error,
            Level::Warnings => Severity::Warning,
            Level::Notes => Severity::Note,
        }
    }
}

/// Whether findings fail the command.
pub fn outcome(findings: &[Finding], fails_at: Severity) -> Outcome {
    match Counts::of(findings).at_least(fails_at) {
        0 => Outcome::Done,
        _ => Outcome::Findings,
    }
}

pub fn run(args: Args) -> Result<Outcome> {
    for id in &args.only {
        explain::find(id)?;
    }
    let plans = progress::during("Reading the plans", || args.source.open_to_check())?;
    let record = plans.record();
    let mut findings = progress::during("Checking", || {
        plans.findings(&plans.analyse(&record), &record)
    });
    if !args.only.is_empty() {
        findings.retain(|finding| args.only.iter().any(|id| id == finding.check));
    }
    if !args.quiet {
        print_findings(&args, &plans, &findings)?;
    }
    Ok(outcome(&findings, args.deny.severity()))
}

fn print_findings(args: &Args, plans: &Plans, findings: &[Finding]) -> Result<()> {
    let format = findings::format(&args.format).expect("only names of the table are accepted");
    if format.name == FORMATS[0].name {
        let asked_for = !args.only.is_empty();
        tell(
            plans,
            findings,
            if asked_for { usize::MAX } else { OF_EACH_MAX },
        )?;
        return print(&summary(findings, plans.loaded.sources.files().len()));
    }
    let report = Report::new(findings, &plans.loaded.sources, output::colour())
        .fails_at(args.deny.severity())
        .in_folder(plans.workspace.folder_in_repository());
    print(&(format.write)(&report))
}

/// Tells people what was found, `most` of each check, and how to see what is left out.
pub fn tell(plans: &Plans, findings: &[Finding], most: usize) -> Result<()> {
    let (mut shown, more) = finding::first_of_each(findings, most);
    // What was not read may be what others miss, so it comes first.
    shown.sort_by_key(|finding| !load::hides_more(finding));
    let report = Report::new(&shown, &plans.loaded.sources, output::colour());
    print(&(FORMATS[0].write)(&report))?;
    for (check, more) in more {
        let all = format!("`mainstay check --only {check}` shows all");
        print(&format!(
            "{more} more like these are not shown: {check}; {all}\n"
        ))?;
    }
    Ok(())
}

/// The last line for people.
pub fn summary(findings: &[Finding], files: usize) -> String {
    let files = if files == 1 {
        "1 file".to_owned()
    } else {
        format!("{files} files")
    };
    let mut unread: Vec<u32> = findings
        .iter()
        .filter(|finding| load::hides_more(finding))
        .filter_map(|finding| Some(finding.place.as_ref()?.file))
        .collect();
    unread.dedup();
    let caution = match unread.len() {
        0 => String::new(),
        some => format!(
            "; {some} of them not read to the end, so what others are said to lack may be there"
        ),
    };
    format!("{} in {files}{caution}\n", Counts::of(findings))
}

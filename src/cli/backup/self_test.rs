//! `mainstay backup self-test`: the detector is tested.

use super::Within;
use crate::app::Backups;
use crate::backup::self_test;
use crate::cli::Outcome;
use crate::cli::options::{Format, open};
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::proof::{SelfTested, Tested, Verdict};
use crate::text;

/// With the tools that are installed; nothing of yours is touched.
#[derive(clap::Args)]
pub struct Args {
    /// The tools, such as restic; all that can be tested, when none is named
    tools: Vec<String>,
    #[command(flatten)]
    within: Within,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, None)?;
    let mut backups = Backups::open(&plans.workspace)?;
    let all: Vec<String> = self_test::keys().map(str::to_owned).collect();
    if let Some(unknown) = args.tools.iter().find(|tool| !all.contains(tool)) {
        return Err(Error::not_found(format!("find a test of `{unknown}`"))
            .hint(format!("There are tests of {}.", all.join(", "))));
    }
    let chosen = if args.tools.is_empty() {
        &all
    } else {
        &args.tools
    };
    let mut found = Vec::new();
    for tool in chosen {
        let tell = |tested: &Tested| {
            if args.format == Format::Text {
                // Whoever closed the pipe is told nothing more.
                let _ = print(&told(tool, tested));
            }
        };
        let tested = backups.self_test(tool, &tell)?;
        if args.format == Format::Text {
            print(&summary(&tested))?;
        }
        found.push(tested);
    }
    if args.format == Format::Json {
        print(&text::json(&found))?;
    }
    let any = |verdict| {
        found
            .iter()
            .any(|tested: &SelfTested| tested.verdict() == verdict)
    };
    Ok(if any(Verdict::Fail) {
        Outcome::Findings
    } else if any(Verdict::Inconclusive) {
        Outcome::Inconclusive
    } else {
        Outcome::Done
    })
}

fn told(tool: &str, tested: &Tested) -> String {
    let said = match (tested.verdict(), tested.verdict) {
        (Verdict::Pass, Verdict::Pass) => "passes, as it must",
        (Verdict::Pass, Verdict::Fail) => "is found",
        (Verdict::Pass, Verdict::Inconclusive) => "cannot be told, as it must",
        (Verdict::Fail, Verdict::Pass) => "PASSES IN SILENCE",
        (Verdict::Fail, _) => "FALSE ALARM",
        (Verdict::Inconclusive, _) => "cannot be told",
    };
    let found: String = tested.found.chars().take(200).collect();
    let why = if found.is_empty() {
        String::new()
    } else {
        format!(": {found}")
    };
    format!("{tool}: {} {said}{why}\n", tested.fault)
}

fn summary(tested: &SelfTested) -> String {
    let count = |verdict| {
        let tested = tested.tested.iter();
        tested.filter(|it| it.verdict() == verdict).count()
    };
    // It says its own name.
    let tool = tested.tool.as_ref().map(|tool| tool.version.as_str());
    format!(
        "{}: {} as they must be, {} wrong, {} that cannot be told\n",
        tool.unwrap_or(&tested.provider),
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::Inconclusive)
    )
}

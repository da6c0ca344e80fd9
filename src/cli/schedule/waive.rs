//! `mainstay schedule waive`: nothing needs to be done about something that came.

use crate::app::Duties;
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::id::PersonId;

#[derive(clap::Args)]
pub struct Args {
    /// What it is about, as the history names it; a drill by its id alone, too
    of: String,
    /// The time or day, as the history names it, such as 2027-03-06T02:00, or only its day; of an
    /// hour that comes twice, the second has its offset: 2027-11-07T01:30-05:00
    time: String,
    /// Who says so, as the plans name them
    #[arg(long, value_name = "PERSON", env = "MAINSTAY_BY")]
    by: PersonId,
    /// Why nothing needs to be done about it
    #[arg(long, value_name = "REASON")]
    why: String,
    #[command(flatten)]
    within: Within,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let by = &plans.person(args.by.as_str())?.id;
    if args.why.trim().is_empty() {
        return Err(Error::invalid("waive it without a reason")
            .hint("Say with `--why` why nothing needs to be done about it."));
    }
    let mut duties = Duties::open(&plans.workspace)?;
    let mut record = plans.record_to_act_on()?;
    duties.catch_up(&plans, &mut record)?;
    let what = (args.of.as_str(), args.time.as_str());
    let waived = duties.waive(&record, what, by.clone(), &args.why)?;
    let time = waived.name();
    let (of, by) = (waived.of, waived.by);
    print(&format!("waived {time} of {of}, by {by}\n"))?;
    Ok(Outcome::Done)
}

//! `mainstay notify answer`: somebody answers a message that asks for it.

use crate::app::Duties;
use crate::call::{Means, Response};
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::print;
use crate::error::Result;
use crate::id::PersonId;

#[derive(clap::Args)]
pub struct Args {
    /// The key of the message, as the message and the outbox have it
    key: String,
    /// Who answers, as the plans name them
    #[arg(long, value_name = "PERSON", env = "MAINSTAY_BY")]
    by: PersonId,
    /// Say no: somebody else has to
    #[arg(long)]
    decline: bool,
    #[command(flatten)]
    within: Within,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let mut duties = Duties::open(&plans.workspace)?;
    let question = duties.question(&args.key, &args.by)?;
    let response = match args.decline {
        true => Response::Declined,
        false => Response::Confirmed,
    };
    let answered = duties.answer(&question, response, Means::Command)?;
    let at = answered.at.format("%Y-%m-%d %H:%M:%SZ");
    let (by, word) = (answered.person, answered.response.word());
    print(&format!("{by} {word} at {at}: {}\n", question.title))?;
    Ok(Outcome::Done)
}

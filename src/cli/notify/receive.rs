//! `mainstay notify receive`: what comes by mail to the address from which messages go.
//!
//! What delivers mail starts it, and goes by its exit status (`sysexits.h`).

use std::io::Read;

use crate::app::{Duties, Plans, Question, TakenBack, take_back};
use crate::call::Means;
use crate::cli::options::Within;
use crate::cli::output::{complain, print};
use crate::cli::{Outcome, Sysexit};
use crate::error::{Error, Result};
use crate::notify::{Arrived, MAIL_MAX, Reply, Returned};
use crate::text::visible;

const OUTCOMES: &str = "\
One mail stands on standard input. That it came back is kept with the message, and whom it did not
reach is told by the channel that stands in. A reply to a message that asks for an answer is one,
with `yes` or `no` alone in its first line. What programs answer by themselves changes nothing.

It ends as what delivers mail expects: with 0 when nothing more is to be done, with 75 when it is to
be tried again, with 65 when it is no mail, or too long, and with 69 when somebody wrote it and
Mainstay can do nothing with it: they hear so.";

#[derive(clap::Args)]
#[command(after_help = OUTCOMES)]
pub struct Args {
    #[command(flatten)]
    within: Within,
}

pub fn run(args: &Args) -> Result<Outcome> {
    // Mail that is not taken now must not be lost, whatever the reason is.
    let outcome = receive(args).unwrap_or_else(|error| {
        complain(&error);
        Outcome::Mail(Sysexit::Later)
    });
    Ok(outcome)
}

fn receive(args: &Args) -> Result<Outcome> {
    let mut mail = Vec::new();
    let most = MAIL_MAX as u64 + 1;
    let read = std::io::stdin().lock().take(most).read_to_end(&mut mail);
    read.map_err(|error| Error::io("read the mail on standard input", error))?;
    if mail.len() > MAIL_MAX {
        print(&format!("it is too long: more than {MAIL_MAX} bytes\n"))?;
        return Ok(Outcome::Mail(Sysexit::Unreadable));
    }
    match Arrived::read(&mail) {
        None => {
            print("this is no mail\n")?;
            Ok(Outcome::Mail(Sysexit::Unreadable))
        }
        Some(Arrived::Automatic { why }) => {
            print(&format!("nothing is to be done: it is automatic ({why})\n"))?;
            Ok(Outcome::Done)
        }
        Some(Arrived::Returned(returned)) => came_back(&args.within.open()?, &returned),
        Some(Arrived::Reply(reply)) => replied(&args.within.open()?, &reply),
        Some(Arrived::Written) => written(),
    }
}

/// A message came back.
fn came_back(plans: &Plans, returned: &Returned) -> Result<Outcome> {
    let id = &returned.id;
    match take_back(plans, returned)? {
        TakenBack::Unknown => print(&format!("no message is known that was sent as {id}\n"))?,
        TakenBack::Before => print(&format!("it was known before that {id} came back\n"))?,
        TakenBack::Early => {
            print(&format!(
                "{id} is still being delivered; say it again later\n"
            ))?;
            return Ok(Outcome::Mail(Sysexit::Later));
        }
        TakenBack::Kept { key, missed, by } => {
            let instead = match by.is_empty() {
                true => "no other channel reaches them".to_owned(),
                false => format!("told by {} instead", by.join(", ")),
            };
            let missed = missed.join(", ");
            let line = format!("{key} came back for {missed}: {instead}");
            print(&format!("{}\n", visible(&line)))?;
        }
    }
    Ok(Outcome::Done)
}

/// Somebody replied to a message that asked them for an answer.
fn replied(plans: &Plans, reply: &Reply) -> Result<Outcome> {
    let Some(question) = Question::of_reply(plans, reply)? else {
        return written();
    };
    let Some(response) = reply.response else {
        print("write `yes` or `no` alone in the first line of your reply; nothing is noted\n")?;
        return Ok(Outcome::Mail(Sysexit::Refused));
    };
    let mut duties = Duties::open(&plans.workspace)?;
    let answered = duties.answer(&question, response, Means::Reply)?;
    let (by, word) = (answered.person, answered.response.word());
    print(&format!("{by} {word}: {}\n", visible(&question.title)))?;
    Ok(Outcome::Done)
}

/// Somebody wrote it, and nobody asked for it.
fn written() -> Result<Outcome> {
    print("nobody reads what is written to this address, and nothing was asked by it\n")?;
    Ok(Outcome::Mail(Sysexit::Refused))
}

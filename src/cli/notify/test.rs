//! `mainstay notify test`: one message that says it is a test.

use chrono::{SecondsFormat, Utc};

use crate::app::{Plans, wait_for};
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::model::NoticeChannel;
use crate::notify::{Delivery, Message, Mode, Recipient, Surroundings, Urgency, WITHIN, deliver};

const OUTCOMES: &str = "\
It ends with 0 when the message was taken for everybody, with 1 when it was refused, and with 7 when
it is to be tried again: nothing is kept, and nobody tries it again.";

#[derive(clap::Args)]
#[command(after_help = OUTCOMES)]
pub struct Args {
    /// The channel
    channel: String,
    /// Whom it goes to: an address, or a person of the plans. Needed where a channel addresses
    /// people
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Send it as a part of an exercise
    #[arg(long)]
    exercise: bool,
    #[command(flatten)]
    within: Within,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let channels = &plans.loaded.programme.channels;
    let channel = channels.get(&args.channel).ok_or_else(|| {
        Error::not_found(format!("find the channel `{}`", args.channel))
            .hint("`mainstay notify list` shows the channels of the plans.")
    })?;
    let reasons = plans.loaded.misunderstood_channel(&channel.id);
    if !reasons.is_empty() {
        let reasons = reasons.join("\n  ");
        return Err(
            Error::conflict(format!("use `{}`:\n  {reasons}", channel.id))
                .hint("Nothing was sent. Mend what is said, and try again."),
        );
    }
    let to = recipient(args, &plans, channel)?;
    let message = message(args, &plans, channel, to);
    let on = Surroundings {
        workspace: &plans.workspace.root,
        now: Utc::now(),
        within: WITHIN,
    };
    let delivery = wait_for(async { Ok(deliver(channel, &message, &on).await) })?;
    let (word, outcome) = match &delivery {
        Delivery::Delivered { missed, .. } if missed.is_empty() => ("delivered", Outcome::Done),
        Delivery::Delivered { .. } => ("delivered in part", Outcome::Findings),
        Delivery::Later { .. } => ("not delivered now", Outcome::Inconclusive),
        Delivery::Unready { .. } | Delivery::Refused { .. } => ("refused", Outcome::Findings),
    };
    print(&format!("{word}: {}\n", delivery.words()))?;
    if let Delivery::Later {
        after: Some(after), ..
    } = &delivery
    {
        print(&format!("not again before {} s\n", after.as_secs()))?;
    }
    Ok(outcome)
}

/// Whom it goes to, if the channel has to know.
fn recipient(args: &Args, plans: &Plans, channel: &NoticeChannel) -> Result<Option<Recipient>> {
    let Some(to) = &args.to else {
        return match channel.with.addresses() {
            Some(kind) => Err(Error::usage(format!(
                "test `{}` without anybody to tell",
                channel.id
            ))
            .hint(format!("Name an address ({kind}) or a person with `--to`."))),
            None => Ok(None),
        };
    };
    let programme = &plans.loaded.programme;
    let Some(person) = programme.people.get(to) else {
        return Ok(Some(Recipient {
            person: None,
            name: to.clone(),
            address: Some(to.clone()),
        }));
    };
    Ok(Some(Recipient {
        person: Some(person.id.clone()),
        name: person.name.clone(),
        address: channel.address_of(programme, &person.id).map(str::to_owned),
    }))
}

fn message(args: &Args, plans: &Plans, channel: &NoticeChannel, to: Option<Recipient>) -> Message {
    let now = Utc::now();
    let organization = plans.loaded.programme.organization.as_ref();
    let of = organization.map_or_else(String::new, |it| format!(" of {}", it.name));
    let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let text = format!(
        "This is a test: somebody tries whether the continuity plans{of} reach you by \
         {}.\n\nNothing has happened, and nothing needs to be done. Sent at {at}.",
        channel.name
    );
    // Each test is a message of its own.
    let key = format!("test/{}/{}", channel.id, now.to_rfc3339());
    Message {
        to: to.into_iter().collect(),
        urgency: Urgency::Low,
        mode: match args.exercise {
            true => Mode::Exercise {
                run: "test".to_owned(),
            },
            false => Mode::Live,
        },
        ..Message::new(key, format!("TEST of the channel {}", channel.name), text)
    }
}

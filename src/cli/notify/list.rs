//! `mainstay notify list`: the channels, and who hears what.

use std::fmt::Write;

use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::options::{Format, Source};
use crate::cli::output::print;
use crate::error::Result;
use crate::id::ChannelId;
use crate::model::{Notice, NoticeChannel, NoticeKind, Programme};
use crate::text;
use crate::text::visible;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// A channel, and who hears what by it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'p> {
    channel: &'p str,
    name: &'p str,
    /// What carries its messages; nothing where the plan does not say one thing.
    by: Option<&'static str>,
    /// Why it cannot be used.
    unclear: Option<String>,
    alternate: Option<&'p str>,
    exercise_only_to: &'p [String],
    hears: Vec<Hears<'p>>,
}

/// Who hears what.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Hears<'p> {
    audience: String,
    kinds: Vec<&'static str>,
    remind: Vec<String>,
    /// Everybody who is meant; nothing where that depends on what it is about.
    people: Option<Vec<Reached<'p>>>,
}

/// Somebody, and where the channel reaches them.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Reached<'p> {
    person: &'p str,
    name: &'p str,
    address: Option<&'p str>,
    /// Whether the channel needs an address and there is none.
    unreachable: bool,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let programme = &plans.loaded.programme;
    let channels = programme.channels.iter();
    let lines: Vec<Line> = channels.map(|channel| line(programme, channel)).collect();
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text if lines.is_empty() => {
            print("There is no channel; write `channels` in the plans.\n")?;
        }
        Format::Text => print(&told(&lines))?,
    }
    Ok(Outcome::Done)
}

fn line<'p>(programme: &'p Programme, channel: &'p NoticeChannel) -> Line<'p> {
    let organization = programme.organization.iter();
    let notices = organization.flat_map(|it| &it.notices);
    let notices = notices.filter(|notice| notice.channel == channel.id);
    Line {
        channel: channel.id.as_str(),
        name: &channel.name,
        by: channel.with.key().ok(),
        unclear: channel.unclear(),
        alternate: channel.alternate.as_ref().map(ChannelId::as_str),
        exercise_only_to: &channel.exercise_only_to,
        hears: notices.map(|it| hears(programme, channel, it)).collect(),
    }
}

fn hears<'p>(programme: &'p Programme, channel: &NoticeChannel, notice: &'p Notice) -> Hears<'p> {
    let kinds = NoticeKind::ALL.iter().filter(|kind| notice.tells(**kind));
    let remind = notice
        .reminders()
        .iter()
        .filter(|_| notice.tells(NoticeKind::Reminder));
    let people = notice.audience.people(programme).map(|people| {
        let people = people.into_iter().filter_map(|id| {
            let person = programme.people.get(id.as_str())?;
            let address = channel.address_of(programme, id);
            Some(Reached {
                person: person.id.as_str(),
                name: &person.name,
                address,
                unreachable: channel.with.addresses().is_some() && address.is_none(),
            })
        });
        people.collect()
    });
    Hears {
        audience: notice.audience.to_string(),
        kinds: kinds.map(|kind| kind.word()).collect(),
        remind: remind.map(ToString::to_string).collect(),
        people,
    }
}

fn told(lines: &[Line]) -> String {
    let mut told = String::new();
    for line in lines {
        let by = line.by.unwrap_or("nothing");
        let name = visible(line.name);
        let mut add = |text: String| writeln!(told, "{text}").expect("a string takes all");
        add(format!("{}  {name}, by {by}", line.channel));
        if let Some(why) = &line.unclear {
            add(format!("  cannot be used: the channel {why}"));
        }
        if let Some(alternate) = line.alternate {
            add(format!("  when it does not work: {alternate}"));
        }
        if !line.exercise_only_to.is_empty() {
            let only = line.exercise_only_to.join(", ");
            add(format!("  in an exercise only to: {}", visible(&only)));
        }
        if line.hears.is_empty() {
            add("  nobody hears anything by it".to_owned());
        }
        for hears in &line.hears {
            add(format!("  {}: {}", hears.audience, hears.kinds.join(", ")));
            if !hears.remind.is_empty() {
                add(format!("    reminded before: {}", hears.remind.join(", ")));
            }
            match &hears.people {
                None => add("    whoever is responsible for what it is about".to_owned()),
                Some(people) if people.is_empty() => add("    nobody is meant".to_owned()),
                Some(people) => people.iter().for_each(|it| add(reached(it))),
            }
        }
    }
    told
}

fn reached(reached: &Reached) -> String {
    let name = visible(reached.name);
    match (reached.address, reached.unreachable) {
        (Some(address), _) => format!("    {name} <{}>", visible(address)),
        (None, true) => format!("    {name}: has no address there"),
        (None, false) => format!("    {name}"),
    }
}

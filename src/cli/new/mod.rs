//! `mainstay new`: one more thing in the plans.
//!
//! Without a terminal everything comes from flags; on one, what is missing is asked for. A result
//! that would not load is refused, and then nothing is written.

mod ask;
mod entry;
mod insert;
mod kinds;
mod place;
mod schema;

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, value_parser};

use self::entry::{Given, entry, example};
use self::kinds::{ADDITIONS, Addition, Field, Shape};
use self::schema::{Known, Schema};
use super::options;
use super::output::print;
use super::{Outcome, yaml};
use crate::error::{Error, Result};
use crate::model::Kind;

const EXAMPLES: &str = "\
Examples:
  mainstay new system
  mainstay new system \"Order database\" --team shop --rto 2h --rpo 15m --holds-data true
  mainstay new role Treasurer --primary ada --alternate ben

Asks for what is not given when run on a terminal. Nothing else in the file changes.";

/// What is to be added, with everything that was given for it.
pub struct Args {
    addition: &'static Addition,
    name: Option<String>,
    id: Option<String>,
    team: Option<String>,
    path: PathBuf,
    given: Vec<Given<'static>>,
}

impl clap::Args for Args {
    fn augment_args(command: Command) -> Command {
        let schema = Schema::new();
        let commands = ADDITIONS
            .iter()
            .map(|addition| subcommand(&schema, addition));
        command
            .about("Add a team, function, system or other thing to the plans")
            .after_help(EXAMPLES)
            .subcommand_required(true)
            .subcommand_value_name("WHAT")
            .subcommand_help_heading("What can be added")
            .subcommands(commands)
            .arg_required_else_help(true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Args {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let chosen = matches.subcommand().and_then(|(word, given)| {
            let addition = ADDITIONS.iter().find(|addition| addition.word == word)?;
            Some((addition, given))
        });
        let (addition, given) = chosen.ok_or(clap::Error::new(ErrorKind::MissingSubcommand))?;
        // A team is not asked into which team's plan it goes.
        let text = |name: &str| given.try_get_one::<String>(name).ok().flatten().cloned();
        let values = |field: &'static Field| {
            let values: Vec<String> = given.get_many(field.flag)?.cloned().collect();
            Some(Given { field, values })
        };
        Ok(Args {
            addition,
            name: text("NAME"),
            id: text("id"),
            team: text("team"),
            path: given.get_one::<PathBuf>("in").cloned().unwrap_or_default(),
            given: addition.fields.iter().filter_map(values).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn subcommand(schema: &Schema, addition: &'static Addition) -> Command {
    let fields = addition
        .fields
        .iter()
        .map(|field| flag(field, &schema.known(addition, field)));
    let id = Arg::new("id").long("id").value_name("ID");
    let team = Arg::new("team").long("team").value_name("ID");
    let path = Arg::new("in")
        .long("in")
        .value_name("PATH")
        .value_parser(value_parser!(PathBuf));
    let command = Command::new(addition.word)
        .about(addition.about)
        .arg(Arg::new("NAME").help("Its name"))
        .arg(id.help("Its id. Made of the name, when left out"));
    let command = match addition.kind {
        Kind::Team => command,
        _ => command.arg(team.help("The team whose plan it goes into, where there are several")),
    };
    let path = path.default_value(".").hide_default_value(true);
    command
        .arg(path.help("The workspace, or a folder inside it"))
        .next_help_heading("What it says")
        .args(fields)
}

fn flag(field: &Field, known: &Known) -> Arg {
    let arg = Arg::new(field.flag)
        .long(field.flag)
        .help(help(field, known));
    let arg = match field.shape {
        Shape::Text | Shape::Truth => arg,
        _ => arg.action(ArgAction::Append),
    };
    arg.value_name(match field.shape {
        Shape::Truth => "true|false",
        Shape::Pair(..) => "BY:TO",
        _ if !known.refers_to.is_empty() => "ID",
        _ if !known.words.is_empty() => "WORD",
        _ => "TEXT",
    })
}

/// The meaning of a key as one line of help.
fn help(field: &Field, known: &Known) -> String {
    let mut help = known.meaning.lines().next().unwrap_or_default().to_owned();
    if let Shape::Pair(first, second) = field.shape {
        help.push_str(&format!(" Written {}.", example(first, second)));
    }
    if !matches!(field.shape, Shape::Text | Shape::Truth) {
        help.push_str(" May be given several times.");
    }
    if help.ends_with('.') {
        help.pop();
    }
    if !known.words.is_empty() {
        help.push_str(&format!(" [{}]", known.words.join(", ")));
    }
    help
}

pub fn run(mut args: Args) -> Result<Outcome> {
    let plans = options::open(&args.path, None)?;
    if ask::can_ask() {
        ask::complete(&mut args, &plans)?;
    }
    let name = args.name.as_deref().ok_or_else(|| missing(&args))?;
    // A name of several lines or none would not be one.
    yaml::scalar(name)?;
    let id = match &args.id {
        Some(id) => id.clone(),
        None => yaml::id_from(name)?,
    };
    complain_of_missing(&args)?;
    let entry = entry(&id, name, &args.given)?;
    let path = place::add(&plans, args.addition, args.team.as_deref(), &id, &entry)?;
    print(&format!(
        "added the {} `{id}` to {path}\n",
        args.addition.word
    ))?;
    Ok(Outcome::Done)
}

fn missing(args: &Args) -> Error {
    let word = args.addition.word;
    Error::usage(format!("add a {word} without a name")).hint(format!(
        "Write `mainstay new {word} NAME`, or run it on a terminal to be asked."
    ))
}

/// Says which keys must be given and are not.
fn complain_of_missing(args: &Args) -> Result<()> {
    let schema = Schema::new();
    let given = |field: &Field| {
        args.given
            .iter()
            .any(|given| given.field.flag == field.flag)
    };
    let fields = args.addition.fields.iter();
    let required = |field: &Field| schema.known(args.addition, field).required;
    let lacking = fields.filter(|field| !given(field) && required(field));
    let flags: Vec<String> = lacking.map(|field| format!("`--{}`", field.flag)).collect();
    if flags.is_empty() {
        return Ok(());
    }
    let word = args.addition.word;
    Err(
        Error::usage(format!("add a {word} without {}", flags.join(" and "))).hint(format!(
            "`mainstay new {word} --help` says what they accept."
        )),
    )
}

//! Asks on a terminal for what was not given.

use std::io::IsTerminal;

use inquire::validator::Validation;
use inquire::{InquireError, MultiSelect, Select, Text};

use super::Args;
use super::entry::{Given, entry, example};
use super::insert::insert;
use super::kinds::{Field, Shape};
use super::schema::{Known, Schema};
use crate::app::Plans;
use crate::cli::yaml;
use crate::error::{Error, Result};
use crate::load::{self, File};
use crate::model::{Kind, Programme};

/// The answer that leaves a key out.
const NOTHING: &str = "(nothing)";

/// Whether somebody is there to answer.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for the name, the team and every key that was not given.
pub fn complete(args: &mut Args, plans: &Plans) -> Result<()> {
    let programme = &plans.loaded.programme;
    // Who names the thing on the command line and gives a key knows what they want.
    if args.name.is_some() && !args.given.is_empty() {
        return Ok(());
    }
    if args.name.is_none() {
        let question = format!("Name of the {}:", args.addition.word);
        let named = |text: &str| match yaml::scalar(text) {
            Ok(_) => Ok(Validation::Valid),
            Err(error) => Ok(Validation::Invalid(error.hint.unwrap_or_default().into())),
        };
        args.name = Some(answer(Text::new(&question).with_validator(named).prompt())?);
    }
    let teams: Vec<&str> = programme.ids(Kind::Team);
    if args.addition.kind != Kind::Team && args.team.is_none() && teams.len() > 1 {
        let team = answer(Select::new("Into the plan of which team?", teams).prompt())?;
        args.team = Some(team.to_owned());
    }
    let schema = Schema::new();
    for field in args.addition.fields {
        let known = schema.known(args.addition, field);
        let values = ask(args, programme, field, &known)?;
        if !values.is_empty() {
            args.given.push(Given { field, values });
        }
    }
    Ok(())
}

fn ask(args: &Args, programme: &Programme, field: &'static Field, known: &Known) -> Result<Vec<String>> {
    let question = format!("{}:", field.flag);
    let help = help(field, known);
    let ids = known.refers_to.iter().flat_map(|kind| programme.ids(*kind));
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    let one = matches!(field.shape, Shape::Text | Shape::Truth);
    let choices = match field.shape {
        Shape::Truth => vec!["true".to_owned(), "false".to_owned()],
        Shape::Text if !known.words.is_empty() => known.words.clone(),
        _ => ids,
    };
    if one && !choices.is_empty() {
        let nothing = (!known.required).then(|| NOTHING.to_owned());
        let choices = nothing.into_iter().chain(choices).collect();
        let chosen = answer(Select::new(&question, choices).with_help_message(&help).prompt())?;
        return Ok(Some(chosen).filter(|chosen| chosen != NOTHING).into_iter().collect());
    }
    if !choices.is_empty() {
        return answer(MultiSelect::new(&question, choices).with_help_message(&help).prompt());
    }
    // What refers to something cannot be given while there is nothing to refer to.
    if !known.refers_to.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Vec::new();
    loop {
        let text = type_in(args, field, known, &question, &help)?;
        match text {
            Some(text) if one => return Ok(vec![text]),
            Some(text) => values.push(text),
            None => return Ok(values),
        }
    }
}

/// One line of text, or nothing.
fn type_in(
    args: &Args,
    field: &'static Field,
    known: &Known,
    question: &str,
    help: &str,
) -> Result<Option<String>> {
    let (kind, required) = (args.addition.kind, known.required);
    let valid = move |text: &str| match complaint(kind, field, text) {
        _ if text.is_empty() && !required => Ok(Validation::Valid),
        None => Ok(Validation::Valid),
        Some(complaint) => Ok(Validation::Invalid(complaint.into())),
    };
    let text = answer(Text::new(question).with_help_message(help).with_validator(valid).prompt())?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// What the loader says of a value. Whether what it names exists is seen when all is known.
fn complaint(kind: Kind, field: &'static Field, text: &str) -> Option<String> {
    let given = Given {
        field,
        values: vec![text.to_owned()],
    };
    let entry = match entry("x", "x", &[given]) {
        Ok(entry) => entry,
        Err(error) => return error.hint,
    };
    let file = File {
        path: String::new(),
        content: Ok(insert("", 0, kind.section(), &entry)?.into_bytes()),
    };
    let mut findings = load::load(vec![file]).findings.into_iter();
    findings.find(|finding| finding.check == "wrong-value").map(|finding| finding.message)
}

fn help(field: &Field, known: &Known) -> String {
    let meaning = known.meaning.lines().next().unwrap_or_default();
    let how = match field.shape {
        Shape::Pair(first, second) => format!(" Written {}; Enter ends.", example(first, second)),
        Shape::List | Shape::Each(_) | Shape::Steps => " One at a time; Enter ends.".to_owned(),
        _ if known.required => String::new(),
        _ => " Enter leaves it out.".to_owned(),
    };
    format!("{meaning}{how}")
}

fn answer<T>(answered: Result<T, InquireError>) -> Result<T> {
    answered.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            Error::usage("go on: it was broken off").hint("Nothing was written.")
        }
        error => Error::usage("ask on this terminal")
            .because(error)
            .hint("Give everything with flags; `--help` lists them."),
    })
}

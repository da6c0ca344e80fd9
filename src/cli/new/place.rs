//! Into which file something goes, and that the plans still load with it there.

use std::fs;

use serde_yaml::{Mapping, Value};

use super::insert::insert;
use super::kinds::Addition;
use crate::app::Plans;
use crate::cli::init::SCHEMA_FILE;
use crate::cli::thing::missing;
use crate::cli::yaml;
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::load::{self, File, Loaded};
use crate::model::{Kind, Origin, Programme};
use crate::workspace::PLANS_FOLDER;

/// Adds an entry to the plans on disk, unless they would not load then. Returns the file's path.
pub fn add(
    plans: &Plans,
    addition: &Addition,
    team: Option<&str>,
    id: &str,
    entry: &Mapping,
) -> Result<String> {
    let word = addition.word;
    let programme = &plans.loaded.programme;
    if programme.has(addition.kind, id) {
        return Err(Error::usage(format!("add the {word} `{id}`: there is one already"))
            .hint("Give another name, or another id with `--id`."));
    }
    let file = match addition.kind {
        Kind::Team => team_file(plans, id, entry)?,
        _ => into_team_file(plans, addition, team, entry)?,
    };
    would_load(plans, &file).map_err(|found| refused(word, id, &found))?;
    write(plans, &file)?;
    Ok(file.path)
}

/// A file as it will be.
pub struct Changed {
    /// Its path in the workspace.
    pub path: String,
    /// Its text.
    pub text: String,
}

fn team_file(plans: &Plans, id: &str, entry: &Mapping) -> Result<Changed> {
    let path = format!("{PLANS_FOLDER}/{id}.yaml");
    if plans.workspace.root.join(&path).exists() {
        return Err(Error::usage(format!("write `{path}`: it exists already"))
            .hint("Give another id with `--id`, or write `team:` into that file."));
    }
    let mut document = Mapping::new();
    document.insert("team".into(), Value::Mapping(entry.clone()));
    let written = yaml::lines(&document).join("\n");
    let modeline = format!("# yaml-language-server: $schema=../{SCHEMA_FILE}");
    Ok(Changed { path, text: format!("{modeline}\n\n{written}\n") })
}

fn into_team_file(
    plans: &Plans,
    addition: &Addition,
    team: Option<&str>,
    entry: &Mapping,
) -> Result<Changed> {
    let at = team_at(&plans.loaded.programme, team)?;
    let source = &plans.loaded.sources.files()[at.file as usize];
    let section = addition.kind.section();
    let text = insert(&source.text, at.document as usize, section, entry).ok_or_else(|| {
        let written = yaml::item(&entry.clone().into()).join("\n  ");
        Error::usage(format!("add to `{section}` in `{}` without touching the rest", source.path))
            .hint(format!("Add this by hand:\n{section}:\n  {written}"))
    })?;
    Ok(Changed { path: source.path.clone(), text })
}

/// Where the plan of the team is: the one that is named, else the only one.
fn team_at(programme: &Programme, team: Option<&str>) -> Result<Origin> {
    let ids = || programme.ids(Kind::Team);
    match (team, &programme.teams[..]) {
        (Some(id), _) => match programme.teams.get(id) {
            Some(team) => Ok(team.at()),
            None => Err(missing("team", id, ids())),
        },
        (None, [only]) => Ok(only.at()),
        (None, []) => Err(Error::usage("find a team's plan to add to")
            .hint("Add a team first, with `mainstay new team`.")),
        (None, _) => Err(Error::usage("choose among several teams")
            .hint(format!("Name one with `--team`: {}.", ids().join(", ")))),
    }
}

/// Loads the plans as they will be; what is wrong then and was not before is returned.
pub fn would_load(plans: &Plans, changed: &Changed) -> Result<(), Vec<Finding>> {
    let unchanged = plans.loaded.sources.files().iter();
    let unchanged = unchanged.map(|source| (source.path.clone(), source.text.clone()));
    let mut files: Vec<(String, String)> =
        unchanged.filter(|(path, _)| *path != changed.path).collect();
    files.push((changed.path.clone(), changed.text.clone()));
    let files = files.into_iter().map(|(path, text)| File {
        path,
        content: Ok(text.into_bytes()),
    });
    let after = load::load(files.collect());
    let mut known = complaints(&plans.loaded);
    let mut new = Vec::new();
    for finding in after.findings.into_iter().filter(|f| f.severity == Severity::Error) {
        // One and the same complaint may be there twice.
        match known.iter().position(|old| *old == (finding.check, finding.message.clone())) {
            Some(old) => drop(known.swap_remove(old)),
            None => new.push(finding),
        }
    }
    if new.is_empty() { Ok(()) } else { Err(new) }
}

fn complaints(loaded: &Loaded) -> Vec<(&'static str, String)> {
    loaded.findings.iter().map(|finding| (finding.check, finding.message.clone())).collect()
}

fn refused(word: &str, id: &str, found: &[Finding]) -> Error {
    let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    let error = Error::usage(format!("add the {word} `{id}`: {}", messages.join("; ")));
    let help = found.iter().find_map(|finding| finding.help.as_deref());
    error.hint(format!("{} Nothing was written.", help.unwrap_or_default()).trim().to_owned())
}

fn write(plans: &Plans, file: &Changed) -> Result<()> {
    let path = plans.workspace.root.join(&file.path);
    let failed = |error| Error::io(format!("write `{}`", path.display()), error);
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    fs::write(&path, &file.text).map_err(failed)
}

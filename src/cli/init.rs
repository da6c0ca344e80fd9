//! `mainstay init`: a workspace to start from.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use handlebars::{Handlebars, no_escape};
use serde_json::json;

use super::Outcome;
use super::output::print;
use super::{schema, yaml};
use crate::error::{Error, Result};
use crate::workspace::{ORGANIZATION_FILE, PLANS_FOLDER};

const EXAMPLES: &str = "\
Examples:
  mainstay init
  mainstay init continuity --name \"Blue Door Bakery\" --team \"Shop and oven\"

Writes mainstay.yaml, plans/TEAM.yaml and .mainstay/plan.schema.json, which editors complete from.
Files that exist are kept as they are.";

/// Write a workspace to start from
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder; it is made when it does not exist
    #[arg(default_value = ".", hide_default_value = true)]
    path: PathBuf,
    /// The name of the organization. The name of the folder, when left out
    #[arg(long)]
    name: Option<String>,
    /// The name of the first team
    #[arg(long, default_value = "Operations")]
    team: String,
}

const ORGANIZATION: &str = include_str!("../../templates/workspace/mainstay.yaml.hbs");
const TEAM: &str = include_str!("../../templates/workspace/team.yaml.hbs");

/// Where the schema stands in a workspace.
pub const SCHEMA_FILE: &str = ".mainstay/plan.schema.json";

pub fn run(args: Args) -> Result<Outcome> {
    let files = files(&args)?;
    make_folder(&args.path)?;
    if args.path.join(ORGANIZATION_FILE).exists() {
        let message = format!("write a workspace to `{}`: it is one already", args.path.display());
        let hint = "`mainstay check` says what it lacks; `mainstay new team` adds to it.";
        return Err(Error::usage(message).hint(hint));
    }
    for (name, text) in files {
        let word = match write_new(&args.path.join(&name), &text)? {
            Written::New => "wrote",
            Written::Kept => "kept",
        };
        print(&format!("{word} {}\n", args.path.join(name).display()))?;
    }
    let here = args.path == Path::new(".");
    let path = if here { String::new() } else { format!(" {}", args.path.display()) };
    print(&format!("\nNext: edit the plans, then run `mainstay check{path}`.\n"))?;
    Ok(Outcome::Done)
}

/// The files of a new workspace, with their text.
fn files(args: &Args) -> Result<[(String, String); 3]> {
    let name = match &args.name {
        Some(name) => name.clone(),
        None => folder_name(&args.path),
    };
    let id = yaml::id_from(&args.team)?;
    let values = json!({
        "name": yaml::scalar(&name)?,
        "team": yaml::scalar(&id)?,
        "team-name": yaml::scalar(&args.team)?,
    });
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    templates.register_escape_fn(no_escape);
    let fill = |template: &str| {
        let filled = templates.render_template(template, &values);
        filled.map_err(|error| Error::internal("fill a template of our own").because(error))
    };
    Ok([
        (ORGANIZATION_FILE.to_owned(), fill(ORGANIZATION)?),
        (format!("{PLANS_FOLDER}/{id}.yaml"), fill(TEAM)?),
        (SCHEMA_FILE.to_owned(), schema::text()),
    ])
}

/// The last name of a path, as the name of an organization.
fn folder_name(path: &Path) -> String {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let name = whole.components().next_back().map(|name| name.as_os_str().to_string_lossy());
    name.map_or_else(|| "Our organization".to_owned(), |name| name.replace(char::is_control, " "))
}

enum Written {
    New,
    Kept,
}

/// Writes a file that does not exist yet; one that does is kept.
fn write_new(path: &Path, text: &str) -> Result<Written> {
    path.parent().map_or(Ok(()), make_folder)?;
    let failed = |error| Error::io(format!("write `{}`", path.display()), error);
    match fs::File::create_new(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Written::Kept),
        Err(error) => Err(failed(error)),
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map_err(failed)?;
            Ok(Written::New)
        }
    }
}

fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| {
        Error::io(format!("make the folder `{}`", path.display()), error)
            .hint("Name a folder that you may write to.")
    })
}

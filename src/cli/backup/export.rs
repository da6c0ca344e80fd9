//! `mainstay backup export`: what a verification showed, signed, for others to check.

use std::fs;
use std::path::{Path, PathBuf};

use crate::app::Backups;
use crate::attest::{Envelope, private_key, public_key, shown, statement};
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::{print, print_bytes};
use crate::cli::render::save;
use crate::error::{Error, Result};
use crate::text;

const EXAMPLES: &str = "\
Examples:
  mainstay backup export orders-nightly-2026-11-27-1 --key id_ed25519 --out orders.dsse.json
  mainstay backup export --verify orders.dsse.json --key id_ed25519.pub

The envelope is DSSE, what is in it a statement of in-toto whose predicate is
https://mainstay.example/backup-verification/v1; `ssh-keygen -t ed25519 -N '' -f FILE` makes a key.
Whatever knows DSSE can check the signature. --verify also checks that the parts fit together.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The id of the verification, as `mainstay backup report` shows it
    #[arg(required_unless_present = "verify")]
    id: Option<String>,
    /// The key of OpenSSH: the private one to sign, the public one to verify
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The file it is written to. Standard output, when left out
    #[arg(long, value_name = "FILE", conflicts_with = "verify")]
    out: Option<PathBuf>,
    /// Check what somebody has exported, and say what it shows
    #[arg(long, value_name = "FILE", conflicts_with = "id")]
    verify: Option<PathBuf>,
    #[command(flatten)]
    within: Within,
}

pub fn run(args: &Args) -> Result<Outcome> {
    match (&args.verify, &args.id) {
        (Some(file), _) => check(file, &read(&args.key)?)?,
        (None, Some(id)) => export(args, id)?,
        (None, None) => return Err(Error::usage("export a verification without its id")),
    }
    Ok(Outcome::Done)
}

fn export(args: &Args, id: &str) -> Result<()> {
    let key = private_key(&read(&args.key)?)?;
    let plans = args.within.open()?;
    let kept = Backups::look(&plans.workspace)?.kept(id)?;
    let envelope = Envelope::seal(&statement(&kept.entry, &kept.before)?, &key)?;
    let bytes = text::json(&envelope).into_bytes();
    match &args.out {
        Some(file) => {
            save(file, &bytes)?;
            print(&format!("wrote {}\n", file.display()))
        }
        None => print_bytes(&bytes),
    }
}

fn check(file: &Path, key: &str) -> Result<()> {
    let key = public_key(key)?;
    let envelope: Envelope = serde_json::from_str(&read(file)?).map_err(|error| {
        Error::invalid(format!("read the envelope `{}`", file.display())).because(error)
    })?;
    let shown = shown(&envelope.open(&key)?)?;
    let found = &shown.verification;
    let point = found.point.as_ref();
    let point = point.map_or_else(|| "no recovery point".to_owned(), |it| it.id.clone());
    print(&format!(
        "the signature is good\n{}  {}\nlevel {}, of {point}\nentry {} of the chain, {}\n",
        found.id,
        found.began.wall.format("%F %T UTC"),
        found.level(),
        shown.seq,
        shown.hash,
    ))
}

fn read(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file);
    text.map_err(|error| Error::io(format!("read `{}`", file.display()), error))
}

//! `mainstay practice`: a small service to practise drills on.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Outcome;
use super::output::print;
use crate::app::wait_for;
use crate::error::{Error, Result};
use crate::practice::Practice;

const EXAMPLES: &str = "\
Examples:
  mainstay practice shop --port 47080
  mainstay practice shop --port 47080 --behind

It answers on http://127.0.0.1:PORT: GET /health; POST /orders, /mode/read-only, /mode/read-write,
/backup, /damage, /restore and /stop. Its database is FOLDER/shop.db.";

/// Start a small web service with a database, to practise drills on
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder with its database; made where there is none
    folder: PathBuf,
    /// The port on loopback; one that is free, when left out
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Start it behind, and end as soon as it answers
    #[arg(long)]
    behind: bool,
}

pub fn run(args: Args) -> Result<Outcome> {
    if args.behind {
        return behind(&args);
    }
    wait_for(async {
        let practice = Practice::start(&args.folder, args.port).await?;
        print(&format!("http://127.0.0.1:{}\n", practice.port()?))?;
        practice.serve().await
    })?;
    Ok(Outcome::Done)
}

fn behind(args: &Args) -> Result<Outcome> {
    let failed = |error| Error::io("start the service", error);
    let mut service = Command::new(std::env::current_exe().map_err(failed)?)
        .arg("practice")
        .arg(&args.folder)
        .args(["--port", &args.port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // It would hold the pipe of whoever starts us for as long as it lives.
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let mut address = String::new();
    if let Some(said) = service.stdout.take() {
        // It says where it answers as soon as it does; or it ends, and has said why.
        BufReader::new(said)
            .read_line(&mut address)
            .map_err(failed)?;
    }
    if address.is_empty() {
        let message = format!("start the service on port {}", args.port);
        return Err(Error::conflict(message).hint("Another port may be free: `--port`."));
    }
    print(&address)?;
    Ok(Outcome::Done)
}

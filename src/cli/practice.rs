//! `mainstay practice`: a small service to practise drills on.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Outcome;
use super::output::print;
use crate::app::wait_for;
use crate::error::{Error, Result};
use crate::practice::{ADDRESS, Practice};

const EXAMPLES: &str = "\
Examples:
  mainstay practice shop --port 47080
  mainstay practice shop --port 47080 --behind
  mainstay practice shop --stop

It answers on http://127.0.0.1:PORT: GET /health; POST /orders, /mode/read-only, /mode/read-write,
/backup, /damage, /restore and /stop. Its database is FOLDER/shop.db; FOLDER/address says where it
answers. It ends by itself when its folder is gone.";

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
    /// Stop the one that was started behind
    #[arg(long, conflicts_with_all = ["port", "behind"])]
    stop: bool,
}

pub fn run(args: Args) -> Result<Outcome> {
    if args.stop {
        return stop(&args.folder);
    }
    if args.behind {
        return behind(&args);
    }
    wait_for(async {
        let practice = Practice::start(&args.folder, args.port).await?;
        print(&format!("{}\n", practice.address()?))?;
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

fn stop(folder: &Path) -> Result<Outcome> {
    let file = folder.join(ADDRESS);
    let address = std::fs::read_to_string(&file)
        .map_err(|error| Error::io(format!("read `{}`", file.display()), error))?;
    let host = address.trim().trim_start_matches("http://");
    let failed = |error| Error::io(format!("reach the service at `{host}`"), error);
    let mut service = TcpStream::connect(host).map_err(failed)?;
    service
        .write_all(b"POST /stop HTTP/1.1\r\n\r\n")
        .map_err(failed)?;
    // It is gone as soon as it has said so.
    std::io::copy(&mut service, &mut std::io::sink()).map_err(failed)?;
    Ok(Outcome::Done)
}

//! `mainstay backup listen`: hears jobs that make backups, as they would tell healthchecks.io.

use crate::app::Backups;
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::{print, warn};
use crate::error::Result;
use crate::proof::{Ping, PingKind};
use std::net::SocketAddr;

const EXAMPLES: &str = "\
Examples:
  mainstay backup listen
  mainstay backup listen --bind 127.0.0.1:8001
  restic backup /srv
  curl --retry 3 http://127.0.0.1:8000/ping/5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278/$?

A backup says in the plan which UUID its job pings: `ping: <uuid>`; `uuidgen` makes one. What can
ping healthchecks.io can ping this: /ping/<uuid>/start, /fail, /log, /<exit status>, ?rid=<uuid>.
A changed plan is read when it is started again. It ends on SIGINT and SIGTERM.";

/// Without TLS, and whoever knows a UUID is believed: put a proxy with TLS before it where jobs run
/// on other machines.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The address to listen at
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    bind: SocketAddr,
    #[command(flatten)]
    within: Within,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    if !args.bind.ip().is_loopback() {
        warn("other machines can reach it, and there is no TLS: UUIDs can be read on the way");
    }
    let ready = |address: SocketAddr, count: usize| {
        let backups = if count == 1 { "backup" } else { "backups" };
        let words = format!("listening at http://{address}/ping/, for {count} {backups}\n");
        print(&words)
    };
    Backups::open(&plans.workspace)?.listen(&plans, args.bind, ready, heard)?;
    Ok(Outcome::Done)
}

fn heard(ping: &Ping) {
    let what = match ping.kind {
        PingKind::Start => "begins".to_owned(),
        PingKind::Success => "ended well".to_owned(),
        PingKind::Fail => "failed".to_owned(),
        PingKind::Log => "told something".to_owned(),
        PingKind::Exit(status) => format!("ended with exit status {status}"),
    };
    let at = ping.at.wall.format("%F %T");
    // Who reads it may be gone; what was heard is kept all the same.
    let _ = print(&format!(
        "{at}  {}: {what}, from {}\n",
        ping.backup, ping.from
    ));
}

//! `mainstay serve`: the programme runs by itself.

use std::io::stderr;
use std::net::SocketAddr;

use url::Url;

use super::Outcome;
use super::options::Within;
use crate::daemon::{Daemon, Wakes, watchdog};
use crate::error::Result;
use crate::serve;
use crate::store::this_process;

const EXAMPLES: &str = "\
Examples:
  mainstay serve
  mainstay serve --in /srv/continuity --jobs 2 --log json
  mainstay serve --listen 127.0.0.1:9410
  MAINSTAY_WATCHDOG=https://hc-ping.com/UUID mainstay serve

What is due is done, and written down, as `mainstay run` does it once. Nothing that touches anything
begins by itself unless the plan says `unattended`. Plans are read again when they change and on
SIGHUP; where a part of them cannot be read, what they said before counts. It ends on SIGINT and
SIGTERM, and what it has begun goes on. In a workspace only one can serve. Several share the work of
one database (MAINSTAY_STORE), each with its own clone of the plans and its own --node.

With --listen it answers over HTTP, to everybody who can reach that address: `/healthz` (the loop
goes round), `/readyz` (plans and store are in order, too), `/metrics` (for Prometheus), `/schedule`
(JSON) and `/calendar.ics` (what is planned, to which calendars subscribe). A watchdog outside, such
as a check of healthchecks.io, is told each minute that what is due is done, or what keeps it from
that; where it hears nothing, the machine is gone.
Started by systemd with Type=notify it says when it is ready, and with WatchdogSec it is
begun anew when it hangs.";

/// Run what is due as it comes, until told to end
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    within: Within,
    /// How many drills and backups are worked on at once at the most
    #[arg(long, value_name = "NUMBER", default_value = "4",
        value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// What this node is called, where several serve one database: no two the same name. The
    /// machine and the process, when left out
    #[arg(long, value_name = "NAME", env = "MAINSTAY_NODE")]
    node: Option<String>,
    /// Answer over HTTP how it goes, at this address. Nobody is answered, when left out
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Tell this address each minute that all goes on, as jobs tell healthchecks.io
    #[arg(
        long,
        value_name = "URL",
        env = "MAINSTAY_WATCHDOG",
        hide_env_values = true
    )]
    watchdog: Option<Url>,
    /// How the log is written, on standard error
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    log: Log,
}

/// How a log is written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Log {
    /// Lines for people
    Text,
    /// One JSON object a line, for programs
    Json,
}

pub fn run(args: Args) -> Result<Outcome> {
    let log = tracing_subscriber::fmt()
        .with_writer(stderr)
        .with_target(false);
    match args.log {
        Log::Text => log.with_ansi(false).init(),
        Log::Json => log.json().flatten_event(true).init(),
    }
    let node = args.node.unwrap_or_else(this_process);
    let daemon = Daemon::new(&args.within.path, args.jobs.into(), node)?;
    let wakes = Wakes::new(daemon.workspace())?;
    tracing::info!(workspace = %daemon.workspace().root.display(), "serves");
    if let Some(address) = args.listen {
        let address = serve::begin(address, daemon.status(), daemon.workspace().clone())?;
        tracing::info!(%address, "answers how it goes");
    }
    if let Some(url) = args.watchdog {
        watchdog::begin(url, daemon.status())?;
    }
    daemon.serve(&wakes);
    Ok(Outcome::Done)
}

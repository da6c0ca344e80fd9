//! Connects to a port and sends nothing.

use std::path::Path;

use tokio::net::TcpStream;

use super::{Ended, Job};
use crate::model::Tcp;

#[expect(clippy::unnecessary_wraps, reason = "every kind of action has it")]
pub fn ready(_: &Tcp, _: &Path) -> Result<(), String> {
    // Whether it answers is what the step is to find out.
    Ok(())
}

pub async fn carry_out(tcp: &Tcp, job: &Job) -> Ended {
    let place = format!("{}:{}", tcp.host, tcp.port);
    tokio::select! {
        connected = TcpStream::connect((tcp.host.as_str(), tcp.port)) => match connected {
            Ok(_) => Ended::succeeded(format!("{place} answers")),
            Err(error) => Ended::failed(format!("{place} does not answer: {error}")),
        },
        ended = job.cut_off() => ended,
    }
}

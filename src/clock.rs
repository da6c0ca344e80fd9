//! The two clocks.

use chrono::{DateTime, SubsecRound, Utc};
use rustix::time::{ClockId, clock_gettime};

use crate::error::{Error, Result};
use crate::time::Moment;

/// The file in which Linux names each start of the machine.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// This moment.
///
/// # Errors
/// `Io` when the system does not say when it was started.
pub fn now() -> Result<Moment> {
    let boot_id = std::fs::read_to_string(BOOT_ID)
        .map_err(|error| Error::io(format!("read `{BOOT_ID}`"), error))?;
    let since_boot = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(since_boot.tv_sec).unwrap_or_default();
    let nanos = u64::try_from(since_boot.tv_nsec).unwrap_or_default();
    let wall: DateTime<Utc> = Utc::now();
    Ok(Moment {
        wall: wall.trunc_subsecs(6),
        boot_micros: seconds * 1_000_000 + nanos / 1_000,
        boot_id: boot_id.trim().to_owned(),
    })
}

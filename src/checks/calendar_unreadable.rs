//! A calendar file, or something in it, cannot be understood.

use super::{Check, Run};

pub const CHECK: Check = check! {
    calendar_unreadable, "calendar-unreadable", Error,
    "A calendar file, or an event in it, cannot be understood",
    clauses: ["BC-22", "BC-34"],
    run: Run::Load,
};

//! A file of the plans cannot be read.

use super::{Check, Run};

pub const CHECK: Check = check! {
    file_unreadable, "file-unreadable", Error,
    "A file of the plans cannot be read",
    clauses: ["BC-09"],
    run: Run::Load,
};

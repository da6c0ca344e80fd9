//! A key that must be stated is missing.

use super::{Check, Run};

pub const CHECK: Check = check! {
    missing_key, "missing-key", Error,
    "A key that must be stated is missing",
    clauses: ["BC-09"],
    run: Run::Load,
};

//! A key that plans do not have.

use super::{Check, Run};

pub const CHECK: Check = check! {
    unknown_key, "unknown-key", Error,
    "A plan has a key that is not known",
    clauses: ["BC-09"],
    run: Run::Load,
};

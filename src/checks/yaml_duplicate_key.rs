//! A key is written twice in one place.

use super::{Check, Run};

pub const CHECK: Check = check! {
    yaml_duplicate_key, "yaml-duplicate-key", Error,
    "A key is written twice in one place",
    clauses: ["BC-09"],
    run: Run::Load,
};

//! More is wrong than is listed.

use super::{Check, Run};

pub const CHECK: Check = check! {
    too_many_problems, "too-many-problems", Error,
    "More is wrong than is listed",
    clauses: ["BC-09"],
    run: Run::Load,
};

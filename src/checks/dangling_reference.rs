//! A plan refers to something that nobody declares.

use super::{Check, Run};

pub const CHECK: Check = check! {
    dangling_reference, "dangling-reference", Error,
    "A plan refers to something that nobody declares",
    clauses: ["BC-09", "BC-17"],
    run: Run::Load,
};

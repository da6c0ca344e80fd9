//! A text is deeper, larger or more repetitive than a plan can be.

use super::{Check, Run};

pub const CHECK: Check = check! {
    yaml_too_complex, "yaml-too-complex", Error,
    "A text is deeper, larger or more repetitive than a plan can be",
    clauses: ["BC-09"],
    run: Run::Load,
};

//! A text is not YAML.

use super::{Check, Run};

pub const CHECK: Check = check! {
    yaml_syntax, "yaml-syntax", Error,
    "A text is not YAML",
    clauses: ["BC-09"],
    run: Run::Load,
};

//! A value carries a YAML tag.

use super::{Check, Run};

pub const CHECK: Check = check! {
    yaml_tag, "yaml-tag", Error,
    "A value carries a YAML tag",
    clauses: ["BC-09"],
    run: Run::Load,
};

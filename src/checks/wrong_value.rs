//! A value has the wrong kind or form.

use super::{Check, Run};

pub const CHECK: Check = check! {
    wrong_value, "wrong-value", Error,
    "A value has the wrong kind or form",
    clauses: ["BC-09"],
    run: Run::Load,
};

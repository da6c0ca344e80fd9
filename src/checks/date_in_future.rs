//! Something is said to have been done on a day that has not come yet.

use super::{Check, Run};

pub const CHECK: Check = check! {
    date_in_future, "date-in-future", Error,
    "Something is said to have been done on a day that has not come yet",
    clauses: ["BC-22", "BC-29", "A1.3(1)", "CC7.5", "CP-4"],
    run: Run::Load,
};

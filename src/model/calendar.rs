//! Calendars: the days on which nobody works in one place.

use super::{Holiday, Resolved, Weekday, plain};
use crate::id::CalendarId;

plain! {
    /// The days on which nobody works in one place: holidays, and the weekend.
    pub struct Calendar {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: CalendarId,
        /// Its name, as people say it, such as `Public holidays in England`.
        pub name: String,
        /// A calendar file with holidays that last whole days, such as `holidays-gb.ics`, as
        /// governments and other programs publish it. It lies in the plans folder, or beside this
        /// file.
        pub file: Option<String>,
        /// Holidays, beside those of the file.
        #[serde(default)]
        pub days: Vec<Holiday>,
        /// The days of every week on which nobody works. Saturday and Sunday, when left out.
        pub weekend: Option<Vec<Weekday>>,
        /// All its days; filled in once all files are read.
        #[serde(skip)]
        pub days_off: Resolved,
    }
}

//! When something is done again and again, in the civil time of one place.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveTime, Weekday as Day};

use super::{Drill, Resolved, plain, words};
use crate::id::CalendarId;
use crate::text::text_value;
use crate::time::{Date, Period, TimeZone};

plain! {
    /// When something is done again and again. It is stated in exactly one way: `on` certain days,
    /// `every` so often, or as `cron` text.
    pub struct Schedule {
        /// The time zone in which it is meant, such as `Europe/London`. It is never guessed.
        pub zone: TimeZone,
        /// The first day on which it counts. Whatever falls on an earlier day is not missed.
        pub from: Date,
        /// On certain days, such as the first Saturday of March.
        pub on: Option<Days>,
        /// So often, counted from the first day, such as `P3M`. A day that a month does not have
        /// becomes its last.
        pub every: Option<Period>,
        /// The five fields of cron: minute, hour, day of the month, month and day of the week,
        /// such as `0 2 * 3 SAT#1`.
        pub cron: Option<String>,
        /// The time of day, such as `02:00`; not with `cron`, which says it itself.
        pub at: Option<TimeOfDay>,
        /// How long after its time it may be held late, such as `P7D`; then it is missed. Until the
        /// next time, when left out.
        pub within: Option<Period>,
        /// What becomes of a time at which it was not held, as nobody was there or Mainstay did not
        /// run. Of a drill that is unattended one late run stands for all, of others somebody is
        /// asked, when left out.
        pub missed: Option<Missed>,
        /// What becomes of a time that falls on a weekend or a holiday. It stays where it is, when
        /// left out, and `mainstay check` says so.
        pub business_day: Option<BusinessDay>,
        /// The calendar that says which days those are. That of the organization, when left out:
        /// its `holidays`, with Saturdays and Sundays.
        pub calendar: Option<CalendarId>,
        /// What becomes of a time that does not exist, as clocks are put forward. It is moved by as
        /// much as they are, when left out.
        pub gap: Option<Gap>,
        /// What becomes of a time that comes twice, as clocks are put back. The first counts, when
        /// left out.
        pub fold: Option<Fold>,
        /// The days of its calendar; filled in once all files are read.
        #[serde(skip)]
        pub days_off: Resolved,
    }

    /// Certain days: one of its weekdays in a month, or a day by its number.
    pub struct Days {
        /// Which of them in the month: `first` to `fourth`, or `last`.
        pub nth: Option<Nth>,
        /// The weekday; `working-day` is any from Monday to Friday.
        pub weekday: Option<Weekday>,
        /// The day of the month by its number, from 1 to 28: every month has those. For the last
        /// day of a month state `nth: last` alone.
        pub day: Option<u8>,
        /// The months. Every month, when left out.
        #[serde(default)]
        pub months: Vec<Month>,
    }
}

impl Schedule {
    /// What becomes of a time at which a drill with this schedule was not held.
    pub fn missed(&self, drill: &Drill) -> Missed {
        let usual = match drill.unattended {
            true => Missed::Coalesce,
            false => Missed::Ask,
        };
        self.missed.unwrap_or(usual)
    }
}

words! {
    /// Which of several days in a month.
    pub enum Nth {
        /// The first.
        First = "first",
        /// The second.
        Second = "second",
        /// The third.
        Third = "third",
        /// The fourth.
        Fourth = "fourth",
        /// The last.
        Last = "last",
    }
}

words! {
    /// The days of the week, and what of them is no weekend.
    pub enum Weekday {
        /// Monday.
        Monday = "Monday",
        /// Tuesday.
        Tuesday = "Tuesday",
        /// Wednesday.
        Wednesday = "Wednesday",
        /// Thursday.
        Thursday = "Thursday",
        /// Friday.
        Friday = "Friday",
        /// Saturday.
        Saturday = "Saturday",
        /// Sunday.
        Sunday = "Sunday",
        /// Any day from Monday to Friday.
        WorkingDay = "working day",
    }
}

impl Weekday {
    /// Whether a day of the week is meant.
    pub fn includes(self, day: Day) -> bool {
        match self {
            Weekday::WorkingDay => !matches!(day, Day::Sat | Day::Sun),
            Weekday::Monday => day == Day::Mon,
            Weekday::Tuesday => day == Day::Tue,
            Weekday::Wednesday => day == Day::Wed,
            Weekday::Thursday => day == Day::Thu,
            Weekday::Friday => day == Day::Fri,
            Weekday::Saturday => day == Day::Sat,
            Weekday::Sunday => day == Day::Sun,
        }
    }
}

words! {
    /// The months.
    pub enum Month {
        /// January.
        January = "January",
        /// February.
        February = "February",
        /// March.
        March = "March",
        /// April.
        April = "April",
        /// May.
        May = "May",
        /// June.
        June = "June",
        /// July.
        July = "July",
        /// August.
        August = "August",
        /// September.
        September = "September",
        /// October.
        October = "October",
        /// November.
        November = "November",
        /// December.
        December = "December",
    }
}

words! {
    /// What becomes of a time at which a drill was not held within a day.
    #[derive(Default)]
    pub enum Missed {
        /// Each is held late, one after the other.
        RunLate = "held late, one after the other",
        /// It is held late once, for all that passed.
        Coalesce = "held late once, for all that passed",
        /// Nothing begins by itself any more: somebody is asked, until the next time comes.
        #[default]
        Ask = "held late by somebody, until the next time comes",
        /// It falls away, and that is no fault.
        Skip = "left out",
        /// It is missed, and that is a fault at once.
        Fail = "missed at once",
    }
}

words! {
    /// What becomes of a time that falls on a weekend or a holiday.
    pub enum BusinessDay {
        /// It is moved to the next working day.
        Following = "moved to the next working day",
        /// It is moved to the working day before.
        Preceding = "moved to the working day before",
        /// It is moved to the next working day of the same month, else to the one before.
        ModifiedFollowing = "moved to the next working day, or back where that is in another month",
        /// It stays: this says that it is meant.
        None = "held all the same",
    }
}

words! {
    /// What becomes of a time that does not exist, as clocks are put forward.
    #[derive(Default)]
    pub enum Gap {
        /// It is moved by as much as the clocks are: 02:30 becomes 03:30.
        #[default]
        Shift = "moved by as much as the clocks are",
        /// It falls away.
        Skip = "left out",
    }
}

words! {
    /// What becomes of a time that comes twice, as clocks are put back.
    #[derive(Default)]
    pub enum Fold {
        /// The first of both counts.
        #[default]
        First = "done the first time",
        /// The second of both counts.
        Second = "done the second time",
        /// Both count.
        Both = "done both times",
    }
}

/// A time of day, such as `02:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(pub NaiveTime);

text_value!(TimeOfDay, "a time of day, such as `02:00`",
    pattern: r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
    examples: ["02:00", "18:30"]);

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
        time.filter(|_| text.len() == 5)
            .map(TimeOfDay)
            .ok_or_else(|| format!("`{text}` is no time of day; write hours and minutes, `02:00`"))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%H:%M"))
    }
}

//! A share of something, in hundredths.

use std::fmt;
use std::str::FromStr;

use crate::text::text_value;

/// A share of something: `5%` of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u8);

text_value!(Percent, "a share, such as `5%`",
    pattern: r"^(100|[1-9]?[0-9])%$",
    examples: ["5%", "20%"]);

impl Percent {
    /// Whether a number is not smaller than the one before by more than this share of it. Of what
    /// is below zero there is no share: then it may not be smaller at all.
    pub fn allows(self, before: f64, now: f64) -> bool {
        match before > 0.0 {
            true => now * 100.0 >= before * f64::from(100 - self.0),
            false => now >= before,
        }
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_suffix('%').filter(|it| !it.starts_with('+'));
        let share = digits.and_then(|digits| digits.parse().ok());
        let share = share.filter(|share| *share <= 100 && *text == format!("{share}%"));
        share
            .map(Percent)
            .ok_or_else(|| "write a share from `0%` to `100%`, such as `5%`".to_owned())
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_written_in_one_way() {
        for good in ["0%", "5%", "100%"] {
            assert_eq!(good.parse::<Percent>().expect(good).to_string(), good);
        }
        for bad in ["5", "5 %", "05%", "+5%", "-5%", "101%", "0.5%", "%"] {
            assert!(bad.parse::<Percent>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_smaller_by_just_that_share_is_allowed() {
        let five: Percent = "5%".parse().expect("a share");
        assert!(five.allows(100.0, 95.0) && five.allows(100.0, 200.0) && five.allows(0.0, 0.0));
        assert!(!five.allows(100.0, 94.9) && !five.allows(100.0, -100.0));
        assert!(five.allows(-100.0, -100.0) && !five.allows(-100.0, -101.0));
    }
}

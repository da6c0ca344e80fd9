//! What was probably meant by a length of time or a cadence that is written another way.
//!
//! Nothing is guessed into a plan: this only words what to write instead.

/// A length of time in seconds, written in words (`4 hours`), with a slip (`4 hous`), with a
/// fraction (`1.5h`) or as on a clock (`1:30`).
pub fn seconds(text: &str) -> Option<u64> {
    let text = text.trim().to_lowercase();
    if let Some((hours, minutes)) = text.split_once(':') {
        let (hours, minutes): (u64, u64) = (hours.parse().ok()?, minutes.parse().ok()?);
        return (minutes < 60).then(|| hours.checked_mul(3600)?.checked_add(minutes * 60))?;
    }
    let mut total = 0u64;
    for (number, unit) in pieces(&text)? {
        total = total.checked_add(times(number, second_unit(unit)?)?)?;
    }
    Some(total)
}

/// A cadence as it is written in a plan, meant by a word (`yearly`) or a count (`6 months`).
pub fn cadence(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let text = text.strip_prefix("every ").unwrap_or(&text);
    let word = match text {
        "year" | "yearly" | "annual" | "annually" => "P12M",
        "half-year" | "half-yearly" | "half year" | "twice a year" => "P6M",
        "quarter" | "quarterly" => "P3M",
        "month" | "monthly" => "P1M",
        "week" | "weekly" => "P7D",
        "day" | "daily" => "P1D",
        _ => "",
    };
    if !word.is_empty() {
        return Some(word.to_owned());
    }
    let pieces = pieces(text.strip_prefix('p').unwrap_or(text))?;
    let [(number, unit)] = pieces.as_slice() else {
        return None;
    };
    let (scale, letter) = match *unit {
        "y" => (12, 'M'),
        "m" => (1, 'M'),
        "w" => (7, 'D'),
        "d" => (1, 'D'),
        word => named(word, &[("years", (12, 'M')), ("months", (1, 'M'))])
            .or_else(|| named(word, &[("weeks", (7, 'D')), ("days", (1, 'D'))]))?,
    };
    Some(format!("P{}{letter}", times(number, scale)?))
}

/// Numbers, each with the word after it; nothing where there is anything else.
fn pieces(text: &str) -> Option<Vec<(&str, &str)>> {
    let (mut rest, mut pieces) = (text.trim(), Vec::new());
    while !rest.is_empty() {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let (number, after) = rest.split_at(rest.find(|c| !is_number(c))?);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic());
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        if number.is_empty() || unit.is_empty() {
            return None;
        }
        pieces.push((number, unit));
        let after = after.trim_start();
        rest = after.strip_prefix("and ").unwrap_or(after);
    }
    (!pieces.is_empty()).then_some(pieces)
}

/// A number, perhaps with a fraction, times a whole one, where that comes out even.
fn times(number: &str, scale: u64) -> Option<u64> {
    let number = number.replace(',', ".");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let places = u32::try_from(fraction.len()).ok()?;
    let parts = 10u64.checked_pow(places)?;
    let fraction: u64 = format!("0{fraction}").parse().ok()?;
    let more = fraction.checked_mul(scale)?;
    let whole: u64 = whole.parse().ok()?;
    (more % parts == 0).then(|| whole.checked_mul(scale)?.checked_add(more / parts))?
}

fn second_unit(word: &str) -> Option<u64> {
    match word {
        "s" | "sec" | "secs" => Some(1),
        "m" | "min" | "mins" => Some(60),
        "h" | "hr" | "hrs" => Some(3_600),
        "d" => Some(86_400),
        "w" | "wk" | "wks" => Some(604_800),
        word => named(word, &[("seconds", 1), ("minutes", 60), ("hours", 3_600)])
            .or_else(|| named(word, &[("days", 86_400), ("weeks", 604_800)])),
    }
}

/// What a word stands for that is one of these, or differs from it in one letter.
fn named<T: Copy>(word: &str, names: &[(&str, T)]) -> Option<T> {
    let is_meant = |name: &str| word.len() > 2 && strsim::damerau_levenshtein(word, name) <= 1;
    let found = names.iter().find(|(name, _)| is_meant(name));
    found.map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_in_other_words_is_understood() {
        let check = |text: &str, expected: u64| assert_eq!(seconds(text), Some(expected), "{text}");
        check("1.5h", 5_400);
        check("0,5 d", 43_200);
        check("4 hous", 14_400);
        check("2 weeks", 1_209_600);
        check("1 hour and 30 minutes", 5_400);
        check("90 Min", 5_400);
        check("1:30", 5_400);
    }

    #[test]
    fn what_could_mean_anything_is_left_alone() {
        for text in [
            "",
            "soon",
            "4",
            "4 months",
            "1:75",
            "1.0001h",
            "h",
            "4 x",
            "99999999999999w",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
        for text in ["", "biannually", "often", "6", "PT6H", "1.5 months"] {
            assert_eq!(cadence(text), None, "{text}");
        }
    }

    #[test]
    fn a_cadence_in_other_words_is_understood() {
        let check = |text: &str, expected: &str| {
            assert_eq!(cadence(text).as_deref(), Some(expected), "{text}");
        };
        check("yearly", "P12M");
        check("every 6 months", "P6M");
        check("6M", "P6M");
        check("2 years", "P24M");
        check("0.5 years", "P6M");
        check("2 weeks", "P14D");
    }
}

//! Which recovery point a verification looks at.

use std::fmt;
use std::str::FromStr;

use crate::text::text_value;
use crate::time::Duration;

/// Which recovery point a verification looks at, written `latest`, `oldest`, `random`,
/// `random within 90d` or `oldest within retention`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pick {
    /// The newest.
    #[default]
    Latest,
    /// The oldest: it shows whether old keys and old tools are still there.
    Oldest(Among),
    /// One at random.
    Random(Among),
}

/// Among which recovery points one is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// All.
    All,
    /// Those that are no older than this.
    Within(Duration),
    /// Those that have to be kept, by the retention of the backup.
    Retention,
}

text_value!(Pick, "which recovery point is looked at, such as `latest` or `random within 90d`",
    pattern: r"^(latest|(oldest|random)( within (retention|[0-9].*|P.+))?)$",
    examples: ["latest", "oldest", "random", "random within 90d", "oldest within retention"]);

/// What can be written.
const WORDS: &str = "write `latest`, `oldest` or `random`, and after the last two, if need be, \
                     `within 90d` or `within retention`";

impl FromStr for Pick {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` names no recovery point; {WORDS}");
        let (word, within) = match text.split_once(" within ") {
            Some((word, within)) => (word, Some(within)),
            None => (text, None),
        };
        let among = match within {
            None => Among::All,
            Some("retention") => Among::Retention,
            Some(length) => Among::Within(length.trim().parse()?),
        };
        match word {
            "latest" if within.is_none() => Ok(Pick::Latest),
            "oldest" => Ok(Pick::Oldest(among)),
            "random" => Ok(Pick::Random(among)),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, among) = match self {
            Pick::Latest => return f.write_str("latest"),
            Pick::Oldest(among) => ("oldest", among),
            Pick::Random(among) => ("random", among),
        };
        match among {
            Among::All => f.write_str(word),
            Among::Within(length) => write!(f, "{word} within {length}"),
            Among::Retention => write!(f, "{word} within retention"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "latest",
            "oldest",
            "random",
            "random within 90d",
            "oldest within retention",
        ] {
            let pick: Result<Pick, String> = text.parse();
            assert_eq!(pick.map(|pick| pick.to_string()).as_deref(), Ok(text));
        }
        for text in [
            "",
            "newest",
            "latest within 90d",
            "random within",
            "random within soon",
        ] {
            assert!(text.parse::<Pick>().is_err(), "{text}");
        }
    }
}

//! YAML that commands write into plan files.

use crate::error::{Error, Result};
use crate::id::TeamId;

/// A text as a YAML scalar on one line.
pub fn scalar(text: &str) -> Result<String> {
    if text.trim().is_empty() || text.contains(char::is_control) {
        let message = format!("write `{}` as a name", text.escape_debug());
        return Err(Error::usage(message).hint("Give one line of text."));
    }
    let written = serde_yaml::to_string(text);
    let written = written.map_err(|error| Error::internal("write a text").because(error))?;
    Ok(written.trim_end().to_owned())
}

/// An id made of a name: small letters and digits, all else becomes `-`.
pub fn id_from(name: &str) -> Result<String> {
    let letters = name.to_lowercase();
    let words: Vec<&str> = letters
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let id = words.join("-");
    // Every kind of id follows the same rule.
    id.parse::<TeamId>().map_err(|why| {
        Error::usage(format!("make an id of `{}`: {why}", name.escape_debug()))
            .hint("Give a name with letters or digits in it.")
    })?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_reads_back_as_the_same_text() {
        for text in [
            "Ő & ß: 株式会社",
            "no",
            "- # 'x' \"y\"",
            "{a: b}",
            "0777",
            "עברית",
            "a: b #c",
        ] {
            let written = scalar(text).expect(text);
            assert!(!written.contains('\n'), "{written}");
            assert_eq!(serde_yaml::from_str::<String>(&written).expect(text), text);
        }
        let long = "word ".repeat(60);
        assert!(!scalar(long.trim()).expect("long").contains('\n'));
    }

    #[test]
    fn a_name_of_several_lines_is_refused() {
        for text in ["", "  ", "a\nb", "a\u{1b}[31m"] {
            assert!(scalar(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_id_keeps_letters_of_every_script() {
        assert_eq!(id_from("Shop & Oven").expect("id"), "shop-oven");
        assert_eq!(
            id_from("Ügyfélszolgálat 2").expect("id"),
            "ügyfélszolgálat-2"
        );
        assert!(id_from("!?").is_err());
    }
}

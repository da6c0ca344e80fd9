//! Lists and numbers as they stand in a sentence.

/// The most entries of a list that a sentence names; the rest is counted.
const NAMED_MAX: usize = 5;

/// `a, b and c`; a long list ends in how many more there are.
pub fn list<S: AsRef<str>>(entries: &[S]) -> String {
    let shown = if entries.len() > NAMED_MAX + 1 {
        NAMED_MAX
    } else {
        entries.len()
    };
    let mut named: Vec<String> = entries[..shown]
        .iter()
        .map(|entry| entry.as_ref().to_owned())
        .collect();
    if shown < entries.len() {
        named.push(format!("{} more", entries.len() - shown));
    }
    match named.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// The same, each entry as it is written in a plan.
pub fn quoted<S: AsRef<str>>(entries: &[S]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|entry| format!("`{}`", entry.as_ref()))
        .collect();
    list(&entries)
}

/// `1 person`, `3 people`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Whether somebody wrote something: white space alone is nothing.
pub fn written(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_like_a_sentence_and_does_not_run_on() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(quoted(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f"]), "a, b, c, d, e and f");
        let long = ["a", "b", "c", "d", "e", "f", "g"];
        assert_eq!(list(&long), "a, b, c, d, e and 2 more");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(count(1, "person", "people"), "1 person");
        assert_eq!(count(0, "person", "people"), "0 people");
    }
}

//! Lists and numbers as they stand in a sentence.

/// The most entries of a list that a sentence names; the rest is counted.
const NAMED_MAX: usize = 12;

/// `a, b and c`; a long list ends in how many more there are.
pub fn list<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> String {
    let entries: Vec<S> = entries.into_iter().collect();
    let mut named: Vec<&str> = entries.iter().map(S::as_ref).collect();
    let more = format!("{} more", entries.len().saturating_sub(NAMED_MAX));
    if entries.len() > NAMED_MAX + 1 {
        named.truncate(NAMED_MAX);
        named.push(&more);
    }
    match named.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// The same, each entry as it is written in a plan.
pub fn quoted<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> String {
    let entries = entries.into_iter();
    list(entries.map(|entry| format!("`{}`", entry.as_ref())))
}

/// `1 person`, `3 people`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_like_a_sentence_and_does_not_run_on() {
        assert_eq!(list::<&str>([]), "");
        assert_eq!(quoted(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "a, b and c");
        assert!(list(["a"; NAMED_MAX + 1]).ends_with("a, a and a"));
        assert!(list(["a"; NAMED_MAX + 2]).ends_with("a, a and 2 more"));
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(count(1, "person", "people"), "1 person");
        assert_eq!(count(0, "person", "people"), "0 people");
    }
}

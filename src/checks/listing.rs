//! Several things named in one sentence.

/// How many are named; the rest is only counted, so that a message stays readable.
const NAMED_MAX: usize = 12;

/// Ids in a sentence: `a`, `b` and `c`.
pub fn ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    words(ids.into_iter().map(|id| format!("`{id}`")))
}

/// Words in a sentence: one, two and three.
pub fn words(words: impl IntoIterator<Item = String>) -> String {
    let mut named: Vec<String> = words.into_iter().collect();
    let more = named.len().saturating_sub(NAMED_MAX);
    if more > 0 {
        named.truncate(NAMED_MAX);
        named.push(format!("{more} more"));
    }
    match named.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_is_joined_by_and() {
        assert_eq!(ids([]), "");
        assert_eq!(ids(["a"]), "`a`");
        assert_eq!(ids(["a", "b"]), "`a` and `b`");
        assert_eq!(ids(["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn a_long_list_is_counted_to_its_end() {
        let text = ids(["x"; NAMED_MAX + 30]);
        assert!(text.ends_with("`x` and 30 more"), "{text}");
        assert_eq!(text.matches("`x`").count(), NAMED_MAX);
    }
}

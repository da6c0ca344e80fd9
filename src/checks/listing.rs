//! Several things named in one sentence.

/// How many are named; the rest is only counted, so that a message stays readable.
const NAMED_MAX: usize = 12;

/// Ids in a sentence: `a`, `b` and `c`.
pub fn ids<I: AsRef<str>>(ids: impl IntoIterator<Item = I>) -> String {
    words(ids.into_iter().map(|id| format!("`{}`", id.as_ref())))
}

/// Words in a sentence: one, two and three.
pub fn words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> String {
    let words = words.into_iter().map(|word| word.as_ref().to_owned());
    let mut named: Vec<String> = words.collect();
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

/// How many there are: `1 person`, `3 people`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_is_joined_by_and() {
        assert_eq!(ids::<&str>([]), "");
        assert_eq!(ids(["a"]), "`a`");
        assert_eq!(ids(["a", "b"]), "`a` and `b`");
        assert_eq!(ids(["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(count(1, "person", "people"), "1 person");
        assert_eq!(count(0, "person", "people"), "0 people");
    }

    #[test]
    fn a_long_list_is_counted_to_its_end() {
        let text = ids(["x"; NAMED_MAX + 30]);
        assert!(text.ends_with("`x` and 30 more"), "{text}");
        assert_eq!(text.matches("`x`").count(), NAMED_MAX);
    }
}

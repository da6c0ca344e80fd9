//! "Did you mean": the nearest of the words that would have been right.

/// The candidate nearest to what was written, if any is near enough to be a slip of the pen.
pub fn closest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let fold = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let folded = fold(written);
    let near = |candidate: &&str| strsim::damerau_levenshtein(&folded, &fold(candidate));
    let limit = match written.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let scored = candidates
        .into_iter()
        .map(|candidate| (near(&candidate), candidate));
    scored
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognized_and_another_word_is_not() {
        let words = ["rto", "rpo", "depends-on", "name"];
        assert_eq!(closest("depends_on", words), Some("depends-on"));
        assert_eq!(closest("dependson", words), Some("depends-on"));
        assert_eq!(closest("rot", words), Some("rto"));
        assert_eq!(closest("owner", words), None);
    }
}

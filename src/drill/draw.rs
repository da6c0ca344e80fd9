//! What chance decides in a drill: who is absent, and when a card is put on the table.
//!
//! What is drawn is the one whose SHA-256 over the seed, the reason and the name is the lowest, so
//! that everybody can draw it again with `sha256sum`.

use sha2::{Digest, Sha256};

/// As many of some names as are asked for, drawn for a reason.
pub fn draw<'n>(
    seed: u64,
    why: &str,
    names: impl Iterator<Item = &'n str>,
    count: usize,
) -> Vec<&'n str> {
    let hash = |name: &&str| Sha256::digest(format!("{seed} {why} {name}"));
    let mut names: Vec<&str> = names.collect();
    names.sort_by_cached_key(hash);
    names.truncate(count);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_one_does_not_always() {
        let names = ["ada", "ben", "cy", "dee"];
        let drawn = |seed| draw(seed, "absent", names.into_iter(), 2);
        assert_eq!(drawn(1), drawn(1));
        assert_eq!(drawn(1).len(), 2);
        let all: std::collections::BTreeSet<_> = (0..50).map(drawn).collect();
        assert!(all.len() > 5, "{all:?}");
        assert_eq!(draw(1, "absent", names.into_iter(), 9).len(), 4);
    }
}

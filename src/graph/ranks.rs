//! A set of ranks that gives back the lowest, in a few steps whatever its size.
//!
//! A tree of bits: each bit above says whether any of 64 below is set. For 60,000 ranks that is
//! three levels and 8 KiB, where a heap of as many would miss the cache at most of its levels.

/// Ranks from zero up to a limit, each at most once.
#[derive(Debug)]
pub struct Ranks {
    /// The bits, the ranks themselves first, the single word at the top last.
    levels: Vec<Vec<u64>>,
}

impl Ranks {
    /// No rank, with room for those below `limit`.
    pub fn new(limit: usize) -> Self {
        let mut levels = vec![vec![0; limit.div_ceil(64).max(1)]];
        while levels[levels.len() - 1].len() > 1 {
            let words = levels[levels.len() - 1].len().div_ceil(64);
            levels.push(vec![0; words]);
        }
        Ranks { levels }
    }

    /// Adds a rank.
    pub fn insert(&mut self, rank: u32) {
        let mut at = rank as usize;
        for level in &mut self.levels {
            level[at / 64] |= 1 << (at % 64);
            at /= 64;
        }
    }

    /// Takes the lowest rank out.
    pub fn pop(&mut self) -> Option<u32> {
        let mut at = 0;
        for level in self.levels.iter().rev() {
            let word = level[at];
            if word == 0 {
                return None;
            }
            at = at * 64 + word.trailing_zeros() as usize;
        }
        let rank = u32::try_from(at).ok();
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                break;
            }
            at /= 64;
        }
        rank
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Ranks;

    proptest! {
        #[test]
        fn the_lowest_rank_comes_out_first(
            steps in proptest::collection::vec(proptest::option::of(0..5000u32), 0..300),
        ) {
            let (mut ranks, mut simple) = (Ranks::new(5000), BTreeSet::new());
            for step in steps {
                match step {
                    Some(rank) => {
                        ranks.insert(rank);
                        simple.insert(rank);
                    }
                    None => prop_assert_eq!(ranks.pop(), simple.pop_first()),
                }
            }
        }
    }
}

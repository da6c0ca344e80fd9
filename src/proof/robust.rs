//! Figures that a few strange values do not move.
//!
//! The distance of a value from the others is the modified z-score of Iglewicz and Hoaglin (1993),
//! `(x - median) / (1.4826 * MAD)`, where MAD is the median distance from the median. Beyond 3.5 a
//! value counts as strange.

/// From here on a value is strange.
pub const STRANGE: f64 = 3.5;

/// What makes the median distance of a normal distribution its standard deviation.
const NORMAL: f64 = 1.4826;

/// The middle one of some values; the mean of the middle two where they are even in number.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    match sorted.len() % 2 {
        0 => Some(f64::midpoint(sorted[sorted.len() / 2 - 1], upper)),
        _ => Some(upper),
    }
}

/// How far a value is from others, in their own spread, which counts as `floor` at least: what has
/// never changed would otherwise make any change infinite.
pub fn distance(value: f64, others: &[f64], floor: f64) -> Option<f64> {
    let middle = median(others)?;
    let apart: Vec<f64> = others.iter().map(|other| (other - middle).abs()).collect();
    let spread = NORMAL * median(&apart)?;
    Some((value - middle) / spread.max(floor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_strange_value_does_not_move_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 1e9]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn what_never_changed_does_not_make_a_small_change_strange() {
        let constant = [1.0; 8];
        assert!(distance(1.01, &constant, 0.05).is_some_and(|z| z < STRANGE));
        assert!(distance(0.0, &constant, 0.05).is_some_and(|z| z < -STRANGE));
    }
}

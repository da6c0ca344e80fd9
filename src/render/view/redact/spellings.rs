//! How a name is written where its letters are not at hand: `Müller` as `Mueller` or `Muller`.

use unicode_normalization::UnicodeNormalization;

/// The most ways to write one name. Somebody with more odd letters writes all of them in one way.
const SPELLINGS_MAX: usize = 64;

/// Every way to write a text with plain letters, beside leaving its marks out.
pub fn spellings(text: &str) -> Vec<String> {
    let text: String = text.nfc().collect();
    let mut all = vec![String::new()];
    for letter in text.chars() {
        let long = long(letter);
        if long.is_some() && all.len() * 2 > SPELLINGS_MAX {
            return vec![text.clone(), text.chars().map(one_way).collect()];
        }
        let longer: Vec<String> = long
            .into_iter()
            .flat_map(|long| all.iter().map(move |start| format!("{start}{long}")))
            .collect();
        all.iter_mut().for_each(|start| start.push(letter));
        all.extend(longer);
    }
    all
}

fn one_way(letter: char) -> String {
    long(letter).map_or_else(|| letter.to_string(), str::to_owned)
}

/// The two letters that some write for one with a mark.
fn long(letter: char) -> Option<&'static str> {
    match letter {
        'ä' => Some("ae"),
        'ö' | 'ø' => Some("oe"),
        'ü' => Some("ue"),
        'å' => Some("aa"),
        'Ä' => Some("Ae"),
        'Ö' | 'Ø' => Some("Oe"),
        'Ü' => Some("Ue"),
        'Å' => Some("Aa"),
        _ => None,
    }
}

/// The plain letters for one that is no plain letter with a mark.
pub fn unmarked(letter: char) -> Option<&'static str> {
    match letter {
        'ø' | 'Ø' => Some("o"),
        'æ' | 'Æ' => Some("ae"),
        'œ' | 'Œ' => Some("oe"),
        'ł' | 'Ł' => Some("l"),
        'đ' | 'Đ' | 'ð' | 'Ð' => Some("d"),
        'þ' | 'Þ' => Some("th"),
        'ħ' | 'Ħ' => Some("h"),
        'ı' => Some("i"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_marked_letter_is_written_in_each_way() {
        assert_eq!(spellings("Li"), ["Li"]);
        let all = spellings("Jo\u{308}rg Ü");
        assert_eq!(all, ["Jörg Ü", "Joerg Ü", "Jörg Ue", "Joerg Ue"]);
        let many = spellings(&"ö".repeat(40));
        assert_eq!(many, ["ö".repeat(40), "oe".repeat(40)]);
    }
}

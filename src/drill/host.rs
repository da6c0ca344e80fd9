//! Texts in which every spelling of a host is the same one.
//!
//! A machine is reached by many spellings of its name and its number: `DB.Example.`,
//! `db%2Eexample`, `127.1`, `0x7f000001`, `2130706433`, `::ffff:127.0.0.1`. They are read as web
//! addresses are (WHATWG URL). What another name stands for is not looked up.

use unicode_normalization::UnicodeNormalization;
use url::Host;

/// A text without percent signs, wide letters and capitals.
pub fn plain(text: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    decoded.nfkc().collect::<String>().to_lowercase()
}

/// A plain text in which every host is spelled the one way; what is none stays as it is.
pub fn spelled(text: &str) -> String {
    let names = |c: char| c.is_alphanumeric() || "-_.。".contains(c);
    let hosts = |text: &str| each(text, names, canonical);
    let one = |word: &str| match numbered(word) {
        Some((address, after)) => address + &hosts(after),
        None => hosts(word),
    };
    each(text, |c| names(c) || ":[]".contains(c), one)
}

/// A text with another word for each run of letters that may belong to a word.
fn each(text: &str, belongs: impl Fn(char) -> bool, other: impl Fn(&str) -> String) -> String {
    let mut all = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(|c| !belongs(c)).unwrap_or(rest.len()));
        let (between, after) = after.split_at(after.find(&belongs).unwrap_or(after.len()));
        all.push_str(&other(word));
        all.push_str(between);
        rest = after;
    }
    all
}

/// The one spelling of an address of version 6, and what stands behind it: a port.
fn numbered(word: &str) -> Option<(String, &str)> {
    let (address, port) = match word.strip_prefix('[') {
        Some(word) => word.split_once(']')?,
        None => (word, ""),
    };
    let Host::Ipv6(address) = Host::parse(&format!("[{address}]")).ok()? else {
        return None;
    };
    let mapped = address.to_ipv4_mapped().map(|address| address.to_string());
    Some((mapped.unwrap_or_else(|| address.to_string()), port))
}

/// The one spelling of a name, or of an address of version 4.
fn canonical(word: &str) -> String {
    let host = Host::parse(word).map_or_else(|_| word.to_owned(), |host| host.to_string());
    host.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{plain, spelled};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(spelled(&plain(text)), expected);
    }

    #[test]
    fn a_host_is_spelled_one_way() {
        for spelling in [
            "127.0.0.1",
            "127.1",
            "127.0.1.",
            "0x7f000001",
            "0X7F.1",
            "2130706433",
            "017700000001",
            "::ffff:127.0.0.1",
            "::FFFF:7f00:1",
            "[0:0:0:0:0:ffff:7f00:0001]",
            "１２７.0.0.1",
            "127%2E0.0.1",
        ] {
            check(spelling, "127.0.0.1");
        }
        check("DB.Example.", "db.example");
        check("db。example", "db.example");
        check("Bücher.example", "xn--bcher-kva.example");
        check("[2001:DB8:0::1]:5432", "2001:db8::1:0.0.21.56");
    }

    #[test]
    fn a_host_is_found_in_what_stands_around_it() {
        check(
            "http://U@127.1:80/x?to=0x7f.1",
            "http://u@127.0.0.1:0.0.0.80/x?to=127.0.0.1",
        );
        check("tcp://[::ffff:7f00:1]:80", "tcp://127.0.0.1:0.0.0.80");
        check("--host=DB.example. now", "--host=db.example now");
        check("a::b, 1:2", "a::b, 0.0.0.1:0.0.0.2");
    }
}

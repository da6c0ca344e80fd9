//! A UUID, such as the address at which a job tells how it goes.

use std::fmt;
use std::str::FromStr;

use crate::text::text_value;

/// A UUID in its usual form, in lowercase.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(String);

text_value!(Uuid, "a UUID, such as `5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278`",
    pattern: r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
    examples: ["5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"]);

/// How many digits there are between the dashes.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

impl FromStr for Uuid {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_hex = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
        let lengths = text.split('-').map(str::len);
        if lengths.eq(GROUPS) && text.split('-').all(is_hex) {
            return Ok(Uuid(text.to_ascii_lowercase()));
        }
        Err(
            "write a UUID, such as `5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278`; `uuidgen` makes one"
                .to_owned(),
        )
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_usual_form_is_a_uuid() {
        let good = "5BF66975-d4c7-4bf5-bcc8-b8d8a82ea278";
        let read: Uuid = good.parse().expect(good);
        assert_eq!(read.to_string(), good.to_lowercase());
        let bad = [
            "",
            "orders",
            "5bf66975d4c74bf5bcc8b8d8a82ea278",
            "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea27",
            "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea27g",
            "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278-",
            "ébf66975-d4c7-4bf5-bcc8-b8d8a82ea27",
        ];
        for bad in bad {
            assert!(bad.parse::<Uuid>().is_err(), "{bad}");
        }
    }
}

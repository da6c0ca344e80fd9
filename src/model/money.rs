//! An amount of money with its currency.

use std::fmt;
use std::str::FromStr;

use crate::text::text_value;

/// An amount in whole units of a currency, written `120000 EUR`.
///
/// Amounts of different currencies are never added: nobody stated the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    /// The currency by its three-letter code.
    pub currency: [u8; 3],
    /// Whole units of it.
    pub amount: u64,
}

text_value!(Money, "an amount with its currency, such as `120000 EUR`",
    pattern: r"^[0-9]+ [A-Z]{3}$", examples: ["120000 EUR", "5000 USD"]);

impl Money {
    /// The currency as text.
    pub fn currency(&self) -> &str {
        std::str::from_utf8(&self.currency).expect("only ASCII letters are accepted")
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency())
    }
}

impl FromStr for Money {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once(' ').and_then(|(amount, currency)| {
            let digits = amount.bytes().all(|b| b.is_ascii_digit());
            let letters = currency.bytes().all(|b| b.is_ascii_uppercase());
            let amount = amount.parse().ok().filter(|_| digits && letters)?;
            Some(Money {
                currency: currency.as_bytes().try_into().ok()?,
                amount,
            })
        });
        parsed.ok_or_else(|| {
            format!(
                "`{text}` is not an amount of money; write whole units and the currency's \
                 three-letter code, such as `120000 EUR`"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_needs_its_currency() {
        assert_eq!(
            "120000 EUR".parse::<Money>().expect("money").to_string(),
            "120000 EUR"
        );
        for text in [
            "120000",
            "EUR 120000",
            "1.5 EUR",
            "12 eur",
            "-1 EUR",
            "+1 EUR",
            " EUR",
        ] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }
}

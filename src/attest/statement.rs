//! The statement: what was verified, what that showed, and the entry of the chain that holds it.
//!
//! The entry is in it as it was written, with the hash before: who checks it computes the hash of
//! the entry anew, and compares it with the one that the chain has.

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::journal::Entry;
use crate::proof::Verification;
use crate::text::hex;

/// What every statement of in-toto says it is.
const TYPE: &str = "https://in-toto.io/Statement/v1";
/// What is stated. The name is for good: what changes gets another number.
pub const PREDICATE_TYPE: &str = "https://mainstay.example/backup-verification/v1";

/// What a statement says.
#[derive(Debug)]
pub struct Shown {
    /// The verification.
    pub verification: Verification,
    /// The number of the entry that holds it.
    pub seq: u64,
    /// The hash of the entry.
    pub hash: String,
}

/// A statement of in-toto on a verification: the entry of the chain that holds it, and the hash of
/// the entry before.
///
/// # Errors
/// `Invalid` when the entry holds no verification.
pub fn statement(entry: &Entry, before: &str) -> Result<Vec<u8>> {
    let (written, verification) = held(&entry.text)?;
    let predicate = json!({
        "level": verification.level().number(),
        "verdict": verification.verdict(),
        "before": before,
        "hash": entry.hash,
        "entry": written,
    });
    let statement = json!({
        "_type": TYPE,
        "subject": subject(&written, &verification, &entry.hash)?,
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    });
    canonical(&statement)
}

/// What a statement says, once its parts fit together: the digest is that of the verification, and
/// the hash is that of the entry.
///
/// # Errors
/// `Invalid` when they do not, or it states something else.
pub fn shown(statement: &[u8]) -> Result<Shown> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Statement {
        #[serde(rename = "_type")]
        of: String,
        subject: Value,
        predicate_type: String,
        predicate: Predicate,
    }
    #[derive(Deserialize)]
    struct Predicate {
        before: String,
        hash: String,
        entry: Value,
    }
    let read = |error| Error::invalid("read the statement").because(error);
    let stated: Statement = serde_json::from_slice(statement).map_err(read)?;
    if (stated.of.as_str(), stated.predicate_type.as_str()) != (TYPE, PREDICATE_TYPE) {
        return Err(
            Error::invalid("find a verification of a backup in the statement")
                .hint("It was signed, but it states something else."),
        );
    }
    let Predicate {
        before,
        hash,
        entry,
    } = stated.predicate;
    let text = String::from_utf8(canonical(&entry)?).expect("JSON is UTF-8");
    let (written, verification) = held(&text)?;
    let seq = written["seq"].as_u64().unwrap_or_default();
    let whole = Entry { seq, text, hash };
    if !whole.follows(&before) || stated.subject != subject(&written, &verification, &whole.hash)? {
        return Err(
            Error::invalid("rely on the statement: its parts do not fit together")
                .hint("It was signed as it is, but no Mainstay made it so."),
        );
    }
    Ok(Shown {
        verification,
        seq,
        hash: whole.hash,
    })
}

/// What is in an entry, as it was written and as it is understood.
fn held(text: &str) -> Result<(Value, Verification)> {
    let read = |error| Error::invalid("read the entry of the chain").because(error);
    let written: Value = serde_json::from_str(text).map_err(read)?;
    let verified = &written["event"]["verified"];
    let verification = Verification::deserialize(verified).map_err(read)?;
    Ok((written, verification))
}

/// What the statement is about: the recovery point, or else the backup, by what was shown of it;
/// and the entry of the chain.
fn subject(written: &Value, verification: &Verification, hash: &str) -> Result<Value> {
    let verified = canonical(&written["event"]["verified"])?;
    let backup = &verification.backup;
    let point = verification.point.as_ref();
    let name = match (point, &verification.repository) {
        (Some(point), Some(repository)) => {
            format!(
                "backup/{backup}/repository/{repository}/recovery-point/{}",
                point.id
            )
        }
        (Some(point), None) => format!("backup/{backup}/recovery-point/{}", point.id),
        (None, _) => format!("backup/{backup}"),
    };
    Ok(json!([
        {"name": name, "digest": {"sha256": hex(&Sha256::digest(verified))}},
        {"name": format!("mainstay/entry/{}", written["seq"]), "digest": {"sha256": hash}},
    ]))
}

fn canonical(value: &Value) -> Result<Vec<u8>> {
    let text = serde_json_canonicalizer::to_vec(value);
    text.map_err(|error| Error::internal("write a statement").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Head;
    use crate::proof::Fact;
    use crate::time::Moment;

    fn made() -> Vec<u8> {
        let began = Moment {
            wall: "2026-11-20T02:00:00Z".parse().expect("a time"),
            boot_micros: 7,
            boot_id: "b".to_owned(),
        };
        let backup = "orders".parse().expect("an id");
        let found = Verification::begun("orders-1", &backup, began);
        let mut head = Head::default();
        let first = head.add(&Fact::Verified(Box::new(found.clone())));
        let before = first.expect("added").hash;
        let entry = head.add(&Fact::Verified(Box::new(found))).expect("added");
        statement(&entry, &before).expect("a statement")
    }

    #[test]
    fn what_is_stated_can_be_checked_without_the_chain() {
        let shown = shown(&made()).expect("it fits together");
        assert_eq!((shown.seq, shown.verification.id.as_str()), (2, "orders-1"));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let text = String::from_utf8(made()).expect("UTF-8");
        let changes = [
            ("orders-1", "orders-2"),
            (r#""seq":2"#, r#""seq":3"#),
            ("mainstay/entry/2", "mainstay/entry/1"),
            ("backup/orders", "backup/others"),
            ("backup-verification/v1", "backup-verification/v2"),
            ("in-toto.io/Statement/v1", "in-toto.io/Statement/v0.1"),
        ];
        for (from, to) in changes {
            assert!(text.contains(from), "{from}: {text}");
            let changed = text.replacen(from, to, 1);
            shown(changed.as_bytes()).expect_err(from);
        }
    }
}

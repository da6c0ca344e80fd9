//! The secrets that a channel uses, so that nothing that is said of it shows one.

use std::path::Path;

use serde_json::Value;
use url::Url;

use crate::model::{Carrier, SecretRef};
use crate::secret;

/// How long a part of a path has to be to be hidden by itself, in letters.
const PART_MIN: usize = 8;

/// Every secret that a carrier uses, and what gives it away.
pub fn of(carrier: &Carrier, workspace: &Path) -> Vec<String> {
    let stated = serde_json::to_value(carrier).expect("our own types have text keys");
    let mut secrets = Vec::new();
    gather(&stated, workspace, &mut secrets);
    let parts: Vec<String> = secrets.iter().flat_map(|secret| parts(secret)).collect();
    secrets.extend(parts);
    secrets
}

fn gather(stated: &Value, workspace: &Path, secrets: &mut Vec<String>) {
    match stated {
        Value::String(text) => {
            let to = text.parse::<SecretRef>().ok();
            secrets.extend(to.and_then(|to| secret::referred(&to, workspace).ok()));
        }
        Value::Array(all) => all.iter().for_each(|it| gather(it, workspace, secrets)),
        Value::Object(all) => {
            for (key, value) in all {
                if key == "environment" {
                    let names = value.as_array().into_iter().flatten();
                    secrets.extend(secret::values(names.filter_map(Value::as_str)));
                }
                gather(value, workspace, secrets);
            }
        }
        _ => {}
    }
}

/// What gives an address away in which a secret is: its path, and long parts of it.
fn parts(secret: &str) -> Vec<String> {
    let Ok(url) = Url::parse(secret) else {
        return Vec::new();
    };
    let path = url.path().to_owned();
    let pieces = path
        .split('/')
        .chain(url.query().unwrap_or_default().split(['&', '=']));
    let mut parts: Vec<String> = pieces
        .filter(|piece| piece.len() >= PART_MIN)
        .map(str::to_owned)
        .collect();
    if path.len() >= PART_MIN {
        parts.push(path);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_the_path_is_hidden_too() {
        let secret = "https://hooks.example/services/T0/B0/abcdefghijkl?sig=0123456789";
        let parts = parts(secret);
        for hidden in ["abcdefghijkl", "0123456789", "/services/T0/B0/abcdefghijkl"] {
            assert!(
                parts.iter().any(|part| part == hidden),
                "{hidden}: {parts:?}"
            );
        }
        assert!(parts.iter().all(|part| !part.contains("hooks.example")));
    }
}

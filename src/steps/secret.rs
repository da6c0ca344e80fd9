//! Values from the environment, which are used and never told.

use super::shim::{HIDDEN, SECRET_MIN};

/// The value of an environment variable.
///
/// # Errors
/// When there is none; it says which.
pub fn value(name: &str) -> Result<String, String> {
    let value = std::env::var(name);
    value.map_err(|_| format!("the environment has no variable `{name}`"))
}

/// The values of environment variables that must not be told, and each line of those that have
/// several: a key may be told line by line.
pub fn values<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let values = names.into_iter().filter_map(|name| value(name).ok());
    let mut secrets = Vec::new();
    for value in values {
        secrets.extend(value.lines().map(|line| line.trim().to_owned()));
        secrets.push(value);
    }
    secrets.retain(|secret| secret.len() >= SECRET_MIN);
    secrets
}

/// A text with every secret hidden, and only then cut off.
pub fn hidden(text: &str, secrets: &[String], chars_max: usize) -> String {
    let long_enough = secrets.iter().filter(|secret| secret.len() >= SECRET_MIN);
    let hidden = long_enough.fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
    hidden.chars().take(chars_max).collect()
}

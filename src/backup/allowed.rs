//! What a program may be told while a backup is verified: the one list of it.
//!
//! Whatever is not on it is refused before anything starts. No entry can write to a repository, and
//! none can take a lock in it: a verification must not keep a backup from being made.

/// What a program may be told.
struct Allowed {
    program: &'static str,
    /// The first arguments that are no options; one of them must come first. Any, where empty.
    verbs: &'static [&'static str],
    /// What must be among its arguments, whatever the verb.
    always: &'static [&'static str],
}

const ALLOWED: &[Allowed] = &[
    Allowed {
        program: "borg",
        // Not `check`: it writes to what it checks.
        verbs: &["extract", "list"],
        always: &["--bypass-lock"],
    },
    Allowed {
        program: "restic",
        verbs: &[
            "cat",
            "check",
            "dump",
            "ls",
            "restore",
            "snapshots",
            "stats",
        ],
        // Without it a repository that cannot be written is asked again and again, for minutes.
        always: &["--no-lock", "--no-cache"],
    },
];

/// What no program is told, wherever it stands.
const NEVER: &[&str] = &[
    "--break-lock",
    "--delete",
    "--force",
    "--prune",
    "--remove-all",
    "--repair",
    "break-lock",
    "forget",
    "prune",
    "repair",
    "unlock",
];

/// Whether a program may be told this.
///
/// # Errors
/// Why not.
pub fn check(program: &str, arguments: &[String]) -> Result<(), String> {
    // Every program may say which it is.
    if matches!(arguments, [only] if ["version", "--version"].contains(&only.as_str())) {
        return Ok(());
    }
    let refused = |why: String| Err(format!("`{program}` must not be told {why}"));
    if program.contains('/') {
        return match is_asked(arguments) {
            true => Ok(()),
            false => refused("anything but `list`, `read` and `restore`".to_owned()),
        };
    }
    let Some(allowed) = ALLOWED.iter().find(|allowed| allowed.program == program) else {
        return refused("anything".to_owned());
    };
    if let Some(word) = arguments.iter().find(|word| NEVER.contains(&word.as_str())) {
        return refused(format!("`{word}`"));
    }
    for word in allowed.always {
        if !arguments.iter().any(|argument| argument == word) {
            return refused(format!("anything without `{word}`"));
        }
    }
    let verb = arguments.iter().find(|word| !word.starts_with('-'));
    match verb.map(String::as_str) {
        _ if allowed.verbs.is_empty() => Ok(()),
        Some(verb) if allowed.verbs.contains(&verb) => Ok(()),
        verb => refused(format!("`{}`", verb.unwrap_or_default())),
    }
}

/// Whether a program that a plan names by its path, with words of the plan's own, is asked what such
/// programs are asked. What comes after the verb must be no option.
fn is_asked(arguments: &[String]) -> bool {
    let is_plain = |word: &str| !word.is_empty() && !word.starts_with('-');
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [.., "restore", id, folder] => is_plain(id) && folder.starts_with('/'),
        [.., "read", id] => is_plain(id),
        [.., "list"] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Result<(), String> {
        let mut words = line.split(' ').map(str::to_owned);
        let program = words.next().expect("a program");
        check(&program, &words.collect::<Vec<_>>())
    }

    #[test]
    fn what_only_reads_is_allowed() {
        for line in [
            "/w/own --in saved list",
            "/w/own saved restore a /scratch/restored",
            "borg --version",
            "borg --bypass-lock --log-json extract --dry-run ::a",
            "restic version",
            "restic --no-lock --no-cache --json snapshots",
            "restic --no-lock --no-cache check --read-data",
        ] {
            assert_eq!(told(line), Ok(()), "{line}");
        }
    }

    #[test]
    fn what_writes_locks_or_is_unknown_is_not() {
        for line in [
            "/w/own saved",
            "/w/own delete a",
            "/w/own read --all",
            "/w/own restore a relative",
            "borg --bypass-lock check",
            "borg --bypass-lock create ::a /srv",
            "borg --bypass-lock info",
            "borg --bypass-lock list --json break-lock",
            "borg list --json",
            "restic --no-lock --no-cache backup /srv",
            "restic --no-lock --no-cache forget --prune",
            "restic --no-lock --no-cache unlock",
            "restic --no-cache --json snapshots",
            "restic --no-lock --no-cache",
            "rm -rf /",
            "",
        ] {
            assert!(told(line).is_err(), "{line}");
        }
    }
}

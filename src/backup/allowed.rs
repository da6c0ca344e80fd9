//! What a program may be told: one list for whoever verifies a backup, another for whoever makes it.
//!
//! Whatever is not on a list is refused before anything starts. No entry of the first can write to a
//! repository, or take a lock in it: a verification must not keep a backup from being made.

/// Whether a program may be told something; why not, if not.
pub type Check = fn(&str, &[String]) -> Result<(), String>;

/// What a program may be told.
struct Allowed {
    program: &'static str,
    /// The first arguments that are no options; one of them must come first. Any, where empty.
    verbs: &'static [&'static str],
    /// What must be among its arguments, whatever the verb.
    always: &'static [&'static str],
}

/// What only reads.
const READS: &[Allowed] = &[
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

/// What makes a backup.
const WRITES: &[Allowed] = &[Allowed {
    program: "restic",
    verbs: &["backup", "init"],
    always: &[],
}];

/// What makes and changes repositories that are nobody's, to test verifications with them.
const SPOILS: &[Allowed] = &[Allowed {
    program: "restic",
    verbs: &["backup", "init"],
    always: &[],
}];

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

/// Whether a program may be told this by whoever verifies a backup.
///
/// # Errors
/// Why not.
pub fn read(program: &str, arguments: &[String]) -> Result<(), String> {
    check(READS, program, arguments)
}

/// Whether a program may be told this by whoever makes a backup.
///
/// # Errors
/// Why not.
pub fn write(program: &str, arguments: &[String]) -> Result<(), String> {
    check(WRITES, program, arguments)
}

/// Whether a program may be told this by whoever tests verifications.
///
/// # Errors
/// Why not.
pub fn spoil(program: &str, arguments: &[String]) -> Result<(), String> {
    check(SPOILS, program, arguments)
}

fn check(list: &[Allowed], program: &str, arguments: &[String]) -> Result<(), String> {
    // Every program may say which it is.
    if matches!(arguments, [only] if ["version", "--version"].contains(&only.as_str())) {
        return Ok(());
    }
    let refused = |why: String| Err(format!("`{program}` must not be told {why}"));
    let Some(allowed) = list.iter().find(|allowed| allowed.program == program) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Result<(), String> {
        let mut words = line.split(' ').map(str::to_owned);
        let program = words.next().expect("a program");
        read(&program, &words.collect::<Vec<_>>())
    }

    #[test]
    fn what_only_reads_is_allowed() {
        for line in [
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

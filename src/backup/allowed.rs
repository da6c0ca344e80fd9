//! What a program may be told: one list for whoever verifies a backup, others for whoever makes
//! one.
//!
//! Whatever is not on a list is refused before anything starts. No entry of the first can write to
//! a repository, or take a lock in it: a verification must not keep a backup from being made.

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
    Allowed {
        program: "initdb",
        verbs: &[],
        always: &[],
    },
    Allowed {
        program: "pg_amcheck",
        verbs: &[],
        always: &["--host=/proc/self/cwd"],
    },
    Allowed {
        program: "pg_controldata",
        verbs: &[],
        always: &[],
    },
    Allowed {
        program: "pg_verifybackup",
        verbs: &[],
        always: &[],
    },
    Allowed {
        program: "pg_restore",
        verbs: &[],
        always: &[],
    },
    Allowed {
        program: "pgbackrest",
        verbs: &[
            "archive-get",
            "info",
            "repo-get",
            "repo-ls",
            "restore",
            "verify",
        ],
        always: &[],
    },
    Allowed {
        program: "postgres",
        verbs: &[],
        always: &[
            "listen_addresses=",
            "archive_command=/bin/false",
            "primary_conninfo=",
        ],
    },
    Allowed {
        program: "psql",
        verbs: &[],
        always: &[],
    },
    Allowed {
        program: "tar",
        verbs: &[],
        always: &["--extract"],
    },
];

/// What makes a backup.
const WRITES: &[Allowed] = &[
    Allowed {
        program: "pg_dump",
        verbs: &[],
        always: &["--format=custom", "--no-password"],
    },
    Allowed {
        program: "restic",
        verbs: &["backup", "init"],
        always: &[],
    },
];

/// What makes and changes repositories that are nobody's, to test verifications with them.
const SPOILS: &[Allowed] = &[
    Allowed {
        program: "borg",
        verbs: &["config", "create", "delete", "init"],
        always: &[],
    },
    Allowed {
        program: "pg_basebackup",
        verbs: &[],
        always: &["--host=/proc/self/cwd"],
    },
    Allowed {
        program: "pg_dump",
        verbs: &[],
        always: &["--host=/proc/self/cwd"],
    },
    Allowed {
        program: "pgbackrest",
        verbs: &["archive-push", "backup", "stanza-create"],
        // A server that says its data are elsewhere is refused by pgBackRest itself.
        always: &["--pg1-path=/proc/self/cwd"],
    },
    Allowed {
        program: "psql",
        verbs: &[],
        always: &[],
    },
    Allowed {
        program: "restic",
        verbs: &["backup", "init"],
        always: &[],
    },
];

/// Programs of which one must be among the arguments: what they read, or the server that was
/// started for them.
const ONE_OF: &[(&str, &[&str])] = &[
    ("initdb", &["--pgdata=/proc/self/cwd"]),
    (
        "pg_restore",
        &["--list", "--file=/dev/null", "--host=/proc/self/cwd"],
    ),
    ("postgres", &["archive_mode=off"]),
    ("psql", &["--host=/proc/self/cwd"]),
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

/// Whether a program may be told this by whoever verifies a backup.
///
/// # Errors
/// Why not.
pub fn read(program: &str, arguments: &[String]) -> Result<(), String> {
    // A program of one's own, by its path.
    if program.contains('/') {
        return match is_asked(arguments) {
            true => Ok(()),
            false => Err(format!(
                "`{program}` must not be told anything but `list`, `read` and `restore`"
            )),
        };
    }
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
    if let Some((_, words)) = ONE_OF.iter().find(|(known, _)| *known == program) {
        let has = |word: &&str| arguments.iter().any(|argument| argument == word);
        if !words.iter().any(has) {
            return refused(format!("anything without `{}`", words.join("` or `")));
        }
    }
    let verb = arguments.iter().find(|word| !word.starts_with('-'));
    match verb.map(String::as_str) {
        _ if allowed.verbs.is_empty() => Ok(()),
        Some(verb) if allowed.verbs.contains(&verb) => Ok(()),
        verb => refused(format!("`{}`", verb.unwrap_or_default())),
    }
}

/// Whether a program that a plan names by its path, with words of the plan's own, is asked what
/// such programs are asked. What comes after the verb must be no option.
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
        told_to(read, line)
    }

    fn told_to(check: Check, line: &str) -> Result<(), String> {
        let mut words = line.split(' ').map(str::to_owned);
        let program = words.next().expect("a program");
        check(&program, &words.collect::<Vec<_>>())
    }

    #[test]
    fn who_tests_verifications_reaches_no_server_but_its_own() {
        for line in [
            "borg delete --glob-archives *",
            "pg_basebackup --host=/proc/self/cwd --format=tar",
            "pg_dump --host=/proc/self/cwd --format=custom",
            "pgbackrest --pg1-path=/proc/self/cwd --stanza=main backup",
            "psql --host=/proc/self/cwd --quiet",
        ] {
            assert_eq!(told_to(spoil, line), Ok(()), "{line}");
        }
        for line in [
            "pg_basebackup --host=db",
            "pg_dump --host=db",
            "pg_dump",
            "pgbackrest --pg1-path=/proc/self/cwd --stanza=main expire",
            "pgbackrest --pg1-path=/var/lib/postgresql/15/main --stanza=main backup",
            "pgbackrest --stanza=main stanza-create",
            "psql --host=db",
            "borg prune",
        ] {
            assert!(told_to(spoil, line).is_err(), "{line}");
        }
    }

    #[test]
    fn who_makes_a_backup_removes_none() {
        for line in [
            "pg_dump --format=custom --no-password",
            "restic backup --json srv",
        ] {
            assert_eq!(told_to(write, line), Ok(()), "{line}");
        }
        for line in [
            "pg_dump --format=custom",
            "pg_dump --format=plain --no-password",
            "pg_restore --host=/proc/self/cwd a.dump",
            "restic backup --prune srv",
            "restic forget a",
            "psql --host=/proc/self/cwd",
        ] {
            assert!(told_to(write, line).is_err(), "{line}");
        }
    }

    #[test]
    fn what_only_reads_is_allowed() {
        for line in [
            "/w/own --in saved list",
            "/w/own saved restore a /scratch/restored",
            "borg --version",
            "borg --bypass-lock --log-json extract ::a pp:srv/a pp:--repair",
            "borg --bypass-lock --log-json extract --dry-run ::a",
            "restic version",
            "restic --no-lock --no-cache --json snapshots",
            "restic --no-lock --no-cache check --read-data",
            "restic --no-lock --no-cache --json restore a --target /scratch --include=/srv/a",
            "initdb --no-sync --pgdata=/proc/self/cwd",
            "pg_amcheck --host=/proc/self/cwd --all",
            "pg_controldata --pgdata=/scratch/data",
            "pg_restore --list a.dump",
            "pg_restore --file=/dev/null a.dump",
            "pg_restore --host=/proc/self/cwd --dbname=postgres a.dump",
            "pg_verifybackup /srv/base",
            "pgbackrest --stanza=main info --output=json",
            "pgbackrest --stanza=main repo-get archive/main/15-1/00000002.history",
            "pgbackrest --stanza=main repo-ls backup/main --recurse",
            "pgbackrest --stanza=main verify --output=text --verbose",
            "psql --host=/proc/self/cwd --single-transaction",
            "tar --extract --to-stdout --file base.tar backup_label",
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
            "restic --no-lock --no-cache restore a --target /srv --include=/srv/a --delete",
            "borg extract ::a pp:srv/a",
            "restic --no-cache --json snapshots",
            "restic --no-lock --no-cache",
            "initdb --pgdata=/var/lib/postgresql/15/main",
            "pg_amcheck --host=db --all",
            "pg_restore --dbname=orders a.dump",
            "pg_restore --host=db --clean a.dump",
            "pg_basebackup --pgdata=/scratch",
            "pgbackrest --stanza=main backup",
            "pgbackrest --stanza=main expire",
            "pgbackrest --stanza=main repo-put a",
            "pgbackrest --stanza=main stanza-delete --force",
            "pgbackrest --stanza=main restore --force",
            "postgres -D /var/lib/postgresql/15/main",
            "psql --host=db",
            "psql",
            "tar --create --file base.tar",
            "rm -rf /",
            "",
        ] {
            assert!(told(line).is_err(), "{line}");
        }
    }
}

//! Whether the tables and indexes of a PostgreSQL server hold together.

use super::{Looked, Recovered};
use crate::backup::confined::HERE;
use crate::backup::tool::{Order, Said};
use crate::backup::{Database, Outcome, Trouble};
use crate::model::Amcheck;
use crate::proof::{Level, Trial};
use crate::text::visible;

const WHAT: &str = "every table and index holds together";
/// What it says where there was nothing to look at.
const NOTHING: &str = "no relations to check";

pub fn look(stated: &Amcheck, recovered: &Recovered) -> Looked {
    let trial = match ask(stated, recovered).and_then(|said| judge(&said)) {
        Ok(()) => Trial::pass(Level::Validated, WHAT, "pg_amcheck complains of nothing"),
        Err(Trouble::Fault(why)) => Trial::fail(Level::Validated, WHAT, why),
        Err(Trouble::Unclear(why)) => Trial::inconclusive(Level::Validated, WHAT, why),
    };
    trial.into()
}

fn ask(stated: &Amcheck, recovered: &Recovered) -> Outcome<Said> {
    let Some(Database::Postgres(server)) = &recovered.back.database else {
        let why = "what was restored is no PostgreSQL server";
        return Err(Trouble::Unclear(why.to_owned()));
    };
    let which = match &stated.database {
        Some(database) => format!("--database={database}"),
        None => "--all".to_owned(),
    };
    recovered.session.tools.run(&Order {
        program: "pg_amcheck",
        arguments: vec![
            format!("--host={HERE}"),
            format!("--username={}", server.role()),
            "--no-password".to_owned(),
            which,
            "--install-missing".to_owned(),
            "--heapallindexed".to_owned(),
        ],
        folder: server.folder(),
        environment: Vec::new(),
    })
}

/// Its exit status is the same for a fault, and where it could not look.
fn judge(said: &Said) -> Outcome<()> {
    let complaint = || {
        let lines = said.stdout.lines().chain(said.stderr.lines());
        let first = lines.map(str::trim).find(|line| !line.is_empty());
        let first = first.unwrap_or("it does not say why");
        visible(first).chars().take(200).collect::<String>()
    };
    let unclear = said.stderr.contains(NOTHING) || said.stderr.contains("could not open extension");
    match said.status {
        Some(0) if said.stdout.trim().is_empty() => Ok(()),
        Some(_) if unclear => Err(Trouble::Unclear(complaint())),
        Some(0 | 2) => Err(Trouble::Fault(complaint())),
        _ => Err(Trouble::Unclear(complaint())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_nothing_was_looked_at_shows_nothing() {
        let said = |status, stdout: &str, stderr: &str| Said {
            status: Some(status),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
        };
        assert_eq!(judge(&said(0, "", "")), Ok(()));
        let nothing = judge(&said(1, "", "pg_amcheck: error: no relations to check"));
        assert!(matches!(nothing, Err(Trouble::Unclear(_))), "{nothing:?}");
        let broken = judge(&said(2, "btree index \"a.b.c\":\n  ERROR: x", ""));
        assert!(matches!(broken, Err(Trouble::Fault(_))), "{broken:?}");
    }
}

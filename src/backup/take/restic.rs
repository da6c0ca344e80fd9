//! Files are saved in a repository of restic on this machine.

use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::Deserialize;

use super::{Write, Written, unwritten};
use crate::backup::tool::{Order, Said};
use crate::backup::{Outcome, Session, Trouble};
use crate::model::{SecretRef, TakeRestic};
use crate::secret;
use crate::text::hex;

const PROGRAM: &str = "restic";
/// How long a password is that is made, in bytes; each becomes two letters.
const PASSWORD: usize = 24;
/// The exit status that says that not all could be read.
const PARTIAL: i32 = 3;

impl Write for TakeRestic {
    fn secrets(&self, workspace: &Path) -> Vec<String> {
        secret::referred(&self.password, workspace)
            .into_iter()
            .collect()
    }

    fn target(&self) -> &str {
        &self.repository
    }

    fn write(&self, session: &Session) -> Outcome<Written> {
        if self.paths.is_empty() {
            return Err(Trouble::Unclear("`paths` names nothing to save".to_owned()));
        }
        let mut notes = Vec::new();
        if !session
            .workspace
            .join(&self.repository)
            .join("config")
            .exists()
        {
            notes.extend(self.make_password(session)?);
            succeeded(self.run(session, &["init"])?)?;
        }
        let paths = self.paths.iter().map(String::as_str);
        let arguments: Vec<&str> = ["backup", "--json"].into_iter().chain(paths).collect();
        let said = self.run(session, &arguments)?;
        if said.status == Some(PARTIAL) {
            return Err(Trouble::Fault(format!(
                "not all could be read: {}",
                said.complaint()
            )));
        }
        let said = succeeded(said)?;
        let summary = said.stdout.lines().rev();
        let mut summary = summary.filter_map(|line| serde_json::from_str::<Summary>(line).ok());
        let summary = summary
            .find(|line| line.message_type == "summary")
            .ok_or_else(|| Trouble::Unclear("restic does not say what it saved".to_owned()))?;
        Ok(Written {
            point: summary.snapshot_id,
            files: summary.total_files_processed,
            bytes: summary.total_bytes_processed,
            beside: Vec::new(),
            notes,
        })
    }
}

/// What restic says when it has saved something.
#[derive(Deserialize)]
struct Summary {
    message_type: String,
    snapshot_id: String,
    total_files_processed: u64,
    total_bytes_processed: u64,
}

impl TakeRestic {
    fn run(&self, session: &Session, arguments: &[&str]) -> Outcome<Said> {
        let repository = session.workspace.join(&self.repository);
        let password = secret::referred(&self.password, session.workspace);
        session.tools.write(&Order {
            program: PROGRAM,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            folder: session.workspace,
            environment: vec![
                (
                    "RESTIC_REPOSITORY".to_owned(),
                    repository.display().to_string(),
                ),
                (
                    "RESTIC_PASSWORD".to_owned(),
                    password.map_err(Trouble::Unclear)?,
                ),
            ],
        })
    }

    /// Makes the file with the password, where it is missing; says so.
    fn make_password(&self, session: &Session) -> Outcome<Option<String>> {
        let SecretRef::File(path) = &self.password else {
            return Ok(None);
        };
        let file = session.workspace.join(path);
        if file.exists() {
            return Ok(None);
        }
        let made = || {
            let mut bytes = [0; PASSWORD];
            File::open("/dev/urandom")?.read_exact(&mut bytes)?;
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut options = File::options();
            let mut made = options
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&file)?;
            writeln!(made, "{}", hex(&bytes))?;
            made.sync_all()
        };
        made().map_err(|error: std::io::Error| unwritten(&file, error))?;
        Ok(Some(format!(
            "a password was made in `{path}`; without a second copy of it elsewhere the backup \
             is lost with that file"
        )))
    }
}

fn succeeded(said: Said) -> Outcome<Said> {
    match said.status {
        Some(0) => Ok(said),
        _ => Err(Trouble::Unclear(said.complaint())),
    }
}

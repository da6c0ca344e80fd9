//! A copy of an SQLite database, made while it is in use.

use std::fs::{self, File};
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use super::{Write, Written, named, unwritten};
use crate::artifacts;
use crate::backup::{Outcome, Session, Trouble};
use crate::model::TakeSqlite;

impl Write for TakeSqlite {
    fn secrets(&self, _: &Path) -> Vec<String> {
        Vec::new()
    }

    fn target(&self) -> &str {
        &self.to
    }

    fn write(&self, session: &Session) -> Outcome<Written> {
        let from = session.workspace.join(&self.from);
        let folder = session.workspace.join(&self.to);
        let point = format!(
            "{}{}.db",
            self.prefix.as_deref().unwrap_or_default(),
            named(session.now)
        );
        let (target, part) = (folder.join(&point), folder.join(format!("{point}.part")));
        if target.exists() {
            return Err(unwritten(&target, "it is there already"));
        }
        // What somebody left who was cut off is no copy.
        let _ = fs::remove_file(&part);
        copy(&from, &part)?;
        let digest = artifacts::digest(&part).and_then(|(sha256, bytes)| {
            File::open(&part)?.sync_all()?;
            let beside = folder.join(format!("{point}.sha256"));
            fs::write(&beside, format!("{sha256}  {point}\n"))?;
            File::open(beside)?.sync_all()?;
            fs::rename(&part, &target)?;
            File::open(&folder)?.sync_all()?;
            Ok(bytes)
        });
        let bytes = digest.map_err(|error| unwritten(&target, error))?;
        Ok(Written {
            point,
            files: 1,
            bytes,
            notes: Vec::new(),
        })
    }
}

/// Copies a database as it is at one moment, whoever writes to it meanwhile.
fn copy(from: &Path, to: &Path) -> Outcome<()> {
    let copied = async {
        let options = SqliteConnectOptions::new().filename(from).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let text = to.to_string_lossy().into_owned();
        let query = sqlx::query("VACUUM INTO ?").bind(text);
        query.execute(&mut connection).await?;
        connection.close().await
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Trouble::Unclear(error.to_string()))?;
    let copied: sqlx::Result<()> = runtime.block_on(copied);
    copied.map_err(|error| {
        Trouble::Unclear(format!("`{}` cannot be copied: {error}", from.display()))
    })
}

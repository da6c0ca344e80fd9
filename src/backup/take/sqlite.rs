//! A copy of an SQLite database, made while it is in use.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use super::copy::Copy;
use super::{Write, Written};
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
        let made = Copy::begin(&folder, (self.prefix.as_deref(), ".db"), session.now)?;
        copy(&from, &made.part())?;
        made.finish(Vec::new(), Vec::new())
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

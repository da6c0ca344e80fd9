//! Opens journals to read them, also where nothing may be written.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use super::{BUSY, FILE, Store, failed, identity, refuse_newer};
use crate::error::Result;

impl Store {
    /// Opens the journals in a state folder to read them as they are at this moment and nothing
    /// else; where there are none, none are made.
    ///
    /// # Errors
    /// `Io` when the file cannot be read; `Invalid` when a newer Mainstay made it.
    pub async fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let connection = connect(&path).await;
        let mut connection = connection.map_err(|error| failed(&path, "read", error))?;
        let version = sqlx::query_scalar("PRAGMA user_version")
            .fetch_one(&mut connection)
            .await;
        let version = version.map_err(|error| failed(&path, "read", error))?;
        refuse_newer(version, &path)?;
        let file = identity(&path);
        Ok(Store {
            connection,
            path,
            file,
        })
    }
}

async fn connect(path: &Path) -> sqlx::Result<SqliteConnection> {
    if matches!(path.try_exists(), Ok(false)) {
        let mut none = SqliteConnection::connect("sqlite::memory:").await?;
        sqlx::raw_sql(include_str!("schema.sql"))
            .execute(&mut none)
            .await?;
        return Ok(none);
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY);
    match begin(&options).await {
        // In WAL mode readers, too, write to a file beside the journals. Where that cannot be made,
        // SQLite reads only what it is told nobody changes meanwhile. It looks at no `-wal` file
        // then, so where there is one, the end of the journals would be missing.
        Err(_) if !beside(path, "-wal").exists() => begin(&options.immutable(true)).await,
        begun => begun,
    }
}

/// Everything that is read afterwards is of one moment.
async fn begin(options: &SqliteConnectOptions) -> sqlx::Result<SqliteConnection> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    // `BEGIN` alone touches no file yet.
    sqlx::raw_sql("BEGIN; SELECT COUNT(*) FROM sqlite_schema;")
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

/// The file that SQLite keeps beside another one.
fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

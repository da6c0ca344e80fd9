//! Opens journals to read them, also where nothing may be written.

use std::fs::File;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use super::{BUSY, FILE, MIGRATIONS, OPENING, Sqlite, TABLES, failed, identity};
use crate::error::Result;
use crate::store::{Place, Tables, refuse_newer};

/// Opens the journals in a state folder to read them as they are at this moment and nothing else;
/// where there are none, none are made.
///
/// # Errors
/// As for [`Store::read`](crate::store::Store::read).
pub async fn read(folder: &Path) -> Result<Box<dyn Tables>> {
    let path = folder.join(FILE);
    // Who makes the file does not wait for readers; it is held until there is something in it.
    let opening = File::open(folder.join(OPENING));
    let _opening = opening.and_then(|file| file.lock_shared().map(|()| file));
    let opened = connect(&path).await;
    opened_to_read(path, opened)
}

/// Opens the journals in a state folder that has some, to read what others write into them.
///
/// # Errors
/// As for [`read`].
pub async fn follow(folder: &Path) -> Result<Box<dyn Tables>> {
    let path = folder.join(FILE);
    let opened = open(&read_only(&path)).await;
    opened_to_read(path, opened)
}

/// Tables that cannot be read from anywhere, because there are none: empty ones in memory.
///
/// # Errors
/// `Io` when SQLite does not start.
pub async fn nothing(place: &Place) -> Result<Box<dyn Tables>> {
    let path = PathBuf::from(place.to_string());
    let opened = none().await;
    opened_to_read(path, opened)
}

fn opened_to_read(
    path: PathBuf,
    opened: sqlx::Result<(SqliteConnection, i64)>,
) -> Result<Box<dyn Tables>> {
    let (connection, version) = opened.map_err(|error| failed(&path, "read", error))?;
    refuse_newer(version, &Place::Folder(path.clone()))?;
    let file = identity(&path);
    Ok(Box::new(Sqlite {
        connection,
        path,
        file,
        version,
    }))
}

fn read_only(path: &Path) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new().filename(path);
    options.read_only(true).busy_timeout(BUSY)
}

/// A connection to the journals, and the version of their tables.
async fn connect(path: &Path) -> sqlx::Result<(SqliteConnection, i64)> {
    if matches!(path.try_exists(), Ok(false)) {
        return none().await;
    }
    let options = read_only(path);
    let begun = match begin(&options).await {
        // In WAL mode readers, too, write to a file beside the journals. Where that cannot be made,
        // SQLite reads only what it is told nobody changes meanwhile. It looks at no `-wal` file
        // then, so where there is one, the end of the journals would be missing.
        Err(_) if !beside(path, "-wal").exists() => begin(&options.immutable(true)).await,
        begun => begun,
    };
    let (connection, version) = begun?;
    if version > 0 {
        return Ok((connection, version));
    }
    // Who made the file was lost before there was anything in it.
    connection.close().await?;
    none().await
}

/// As good as a file with no journals.
async fn none() -> sqlx::Result<(SqliteConnection, i64)> {
    let mut none = SqliteConnection::connect("sqlite::memory:").await?;
    for migration in MIGRATIONS {
        sqlx::raw_sql(migration).execute(&mut none).await?;
    }
    Ok((none, TABLES))
}

/// Everything that is read afterwards is of one moment.
async fn begin(options: &SqliteConnectOptions) -> sqlx::Result<(SqliteConnection, i64)> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    // `BEGIN` alone touches no file yet.
    sqlx::raw_sql("BEGIN").execute(&mut connection).await?;
    let version = version(&mut connection).await?;
    Ok((connection, version))
}

async fn open(options: &SqliteConnectOptions) -> sqlx::Result<(SqliteConnection, i64)> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    let version = version(&mut connection).await?;
    Ok((connection, version))
}

async fn version(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    let version = sqlx::query_scalar("PRAGMA user_version");
    version.fetch_one(connection).await
}

/// The file that SQLite keeps beside another one.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

//! A small web service with a database, on loopback, for drills to practise on.
//!
//! It holds orders in a SQLite file and answers plain HTTP. It is made to be broken and restored,
//! and has no other use; the sample and the examples hold their drills against it.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /health` | says the mode, how many orders there are, and the newest |
//! | `POST /orders` | takes an order; refused with 503 while read-only |
//! | `POST /mode/read-only`, `/mode/read-write` | sets the mode |
//! | `POST /backup` | copies the database aside |
//! | `POST /damage` | removes every other order |
//! | `POST /restore` | puts the copy in the place of the database |
//! | `POST /stop` | ends |

use std::path::{Path, PathBuf};

use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::error::{Error, Result};

/// The database, in the folder of the service.
pub const DATABASE: &str = "shop.db";
/// The file that says where the service answers, in its folder.
pub const ADDRESS: &str = "address";
/// The copy of it.
const COPY: &str = "shop.copy.db";
/// How often it is looked whether the folder is still there.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(1);
/// How many orders there are at first.
const ORDERS: i64 = 1000;
/// The longest line of a request that is read, in bytes.
const LINE_MAX: u64 = 8192;

/// The service.
pub struct Practice {
    folder: PathBuf,
    database: SqliteConnection,
    listener: TcpListener,
    read_only: bool,
}

impl Practice {
    /// Starts it in a folder, on a port of loopback; zero takes one that is free.
    ///
    /// # Errors
    /// `Io` when the folder cannot be written, or the port is taken.
    pub async fn start(folder: &Path, port: u16) -> Result<Self> {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::io(format!("write to `{}`", folder.display()), error))?;
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .map_err(|error| Error::io(format!("listen on port {port}"), error))?;
        let mut practice = Practice {
            folder: folder.to_owned(),
            database: open(&folder.join(DATABASE)).await?,
            listener,
            read_only: false,
        };
        practice.fill().await?;
        let address = folder.join(ADDRESS);
        std::fs::write(&address, practice.address()?)
            .map_err(|error| Error::io(format!("write `{}`", address.display()), error))?;
        Ok(practice)
    }

    /// Where it answers, such as `http://127.0.0.1:47080`.
    ///
    /// # Errors
    /// `Io` when the system does not say.
    pub fn address(&self) -> Result<String> {
        let address = self.listener.local_addr();
        let address = address.map_err(|error| Error::io("ask for the port", error))?;
        Ok(format!("http://{address}"))
    }

    /// Answers until it is told to stop, or its folder is gone.
    ///
    /// # Errors
    /// `Io` when nobody can connect any more.
    pub async fn serve(mut self) -> Result<()> {
        while self.folder.exists() {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = tokio::time::sleep(LOOK_EVERY) => continue,
            };
            let (stream, _) = accepted.map_err(|error| Error::io("take a connection", error))?;
            // Somebody who goes away in the middle harms nobody else.
            if self.answer(stream).await.unwrap_or(false) {
                break;
            }
        }
        Ok(())
    }

    /// Answers one request; whether it was told to stop.
    async fn answer(&mut self, stream: TcpStream) -> std::io::Result<bool> {
        use tokio::io::AsyncReadExt;
        let mut reader = BufReader::new(stream.take(LINE_MAX * 16));
        let mut first = String::new();
        reader.read_line(&mut first).await?;
        let mut line = String::new();
        while reader.read_line(&mut line).await? > 2 {
            line.clear();
        }
        let mut words = first.split_whitespace();
        let request = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let (status, body) = match self.act(request).await {
            Ok(answer) => answer,
            Err(error) => (500, json!({"error": error.to_string()})),
        };
        let body = body.to_string() + "\n";
        let head = format!(
            "HTTP/1.1 {status} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n",
            if status < 400 { "OK" } else { "No" },
            body.len()
        );
        let mut stream = reader.into_inner().into_inner();
        stream.write_all((head + &body).as_bytes()).await?;
        stream.shutdown().await?;
        Ok(request == ("POST", "/stop"))
    }

    async fn act(&mut self, request: (&str, &str)) -> Result<(u16, serde_json::Value)> {
        match request {
            ("GET", "/health") => Ok((200, self.health().await?)),
            ("POST", "/orders") if self.read_only => Ok((503, json!({"error": "read-only"}))),
            ("POST", "/orders") => {
                self.run("INSERT INTO orders DEFAULT VALUES").await?;
                Ok((201, self.health().await?))
            }
            ("POST", "/mode/read-only" | "/mode/read-write") => {
                self.read_only = request.1.ends_with("only");
                Ok((200, self.health().await?))
            }
            ("POST", "/backup") => {
                let copy = self.folder.join(COPY);
                remove(&copy)?;
                let query = sqlx::query("VACUUM INTO ?").bind(copy.to_string_lossy().into_owned());
                query.execute(&mut self.database).await.map_err(failed)?;
                Ok((200, self.health().await?))
            }
            ("POST", "/damage") => {
                self.run("DELETE FROM orders WHERE id % 2 = 0").await?;
                Ok((200, self.health().await?))
            }
            ("POST", "/restore") => self.restore().await,
            ("POST", "/stop") => Ok((200, json!({"stopped": true}))),
            _ => Ok((404, json!({"error": "no such thing"}))),
        }
    }

    async fn health(&mut self) -> Result<serde_json::Value> {
        let query = sqlx::query_as("SELECT count(*), max(id) FROM orders");
        let (orders, newest): (i64, Option<i64>) =
            query.fetch_one(&mut self.database).await.map_err(failed)?;
        let mode = if self.read_only {
            "read-only"
        } else {
            "read-write"
        };
        Ok(json!({"mode": mode, "orders": orders, "newest": newest}))
    }

    async fn restore(&mut self) -> Result<(u16, serde_json::Value)> {
        let (copy, file) = (self.folder.join(COPY), self.folder.join(DATABASE));
        if !copy.exists() {
            return Ok((409, json!({"error": "there is no copy"})));
        }
        // Nobody may write to the file that goes away.
        self.database = open(Path::new(":memory:")).await?;
        std::fs::copy(&copy, &file)
            .map_err(|error| Error::io(format!("copy to `{}`", file.display()), error))?;
        self.database = open(&file).await?;
        Ok((200, self.health().await?))
    }

    async fn fill(&mut self) -> Result<()> {
        self.run("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY AUTOINCREMENT)")
            .await?;
        let query = sqlx::query(
            "INSERT INTO orders WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
             WHERE i < ?) SELECT i FROM n WHERE NOT EXISTS (SELECT 1 FROM orders)",
        );
        query
            .bind(ORDERS)
            .execute(&mut self.database)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn run(&mut self, query: &'static str) -> Result<()> {
        sqlx::query(query)
            .execute(&mut self.database)
            .await
            .map(drop)
            .map_err(failed)
    }
}

async fn open(file: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    SqliteConnection::connect_with(&options)
        .await
        .map_err(failed)
}

fn remove(file: &Path) -> Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(format!("remove `{}`", file.display()), error))
        }
        _ => Ok(()),
    }
}

fn failed(error: sqlx::Error) -> Error {
    Error::io("use the database", std::io::Error::other(error))
}

//! A database is asked one question, and nothing can be changed in it.
//!
//! The plan states the question. The answer is the first value of the first row, as text.

use std::borrow::Cow;
use std::path::Path;

use percent_encoding::percent_decode_str;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, Row, SqlSafeStr, SqliteConnection, ValueRef,
};
use url::{Host, Url};

use crate::secret;
use crate::time::Duration;

/// The longest time that PostgreSQL can be told, in milliseconds.
const MILLIS_MAX: u64 = i32::MAX as u64;

/// The parameters of an address, and the variables by which the programs of PostgreSQL take them.
const LIBPQ: [(&str, &str); 10] = [
    ("application_name", "PGAPPNAME"),
    ("dbname", "PGDATABASE"),
    ("host", "PGHOST"),
    ("password", "PGPASSWORD"),
    ("port", "PGPORT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("user", "PGUSER"),
];

/// What an answer has to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'w> {
    /// It, as text.
    pub is: Option<&'w str>,
    /// The least it may be, as a number.
    pub at_least: Option<i64>,
    /// The most it may be, as a number.
    pub at_most: Option<i64>,
}

impl Wanted<'_> {
    /// What is found, where it is what was wanted.
    ///
    /// # Errors
    /// What is found instead.
    pub fn judge(&self, answer: Option<&str>) -> Result<String, String> {
        let answer = answer.ok_or_else(|| "there is no row".to_owned())?;
        if let Some(is) = self.is.filter(|is| *is != answer) {
            return Err(format!("the answer is `{answer}`, not `{is}`"));
        }
        let number: Option<f64> = answer.parse().ok();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bound that people write is small"
        )]
        let fits = |bound: Option<i64>, holds: fn(f64, f64) -> bool| {
            bound.is_none_or(|bound| number.is_some_and(|number| holds(number, bound as f64)))
        };
        if let Some(least) = self
            .at_least
            .filter(|_| !fits(self.at_least, |a, b| a >= b))
        {
            return Err(format!(
                "the answer is `{answer}`, and not {least} at least"
            ));
        }
        if let Some(most) = self.at_most.filter(|_| !fits(self.at_most, |a, b| a <= b)) {
            return Err(format!("the answer is `{answer}`, and not {most} at most"));
        }
        Ok(format!("the answer is `{answer}`"))
    }
}

/// Why a database gives no answer.
pub fn told(asked: &str, error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(refusal) => format!("`{asked}` refuses: {}", refusal.message()),
        None => format!("`{asked}` does not answer: {error}"),
    }
}

/// Asks an SQLite file.
///
/// # Errors
/// What the database says when it cannot answer.
pub async fn sqlite(file: &Path, query: &str) -> sqlx::Result<Option<String>> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let query = sqlx::query(AssertSqlSafe(query));
    let row = query.fetch_optional(&mut connection).await?;
    let answer = row.as_ref().map(first_of_sqlite).transpose()?;
    connection.close().await?;
    Ok(answer)
}

fn first_of_sqlite(row: &SqliteRow) -> sqlx::Result<String> {
    if row.try_get_raw(0)?.is_null() {
        return Ok("null".to_owned());
    }
    let number = || row.try_get::<i64, _>(0).map(|number| number.to_string());
    let real = || row.try_get::<f64, _>(0).map(|real| real.to_string());
    let text = || row.try_get::<String, _>(0);
    number().or_else(|_| real()).or_else(|_| text())
}

/// The address of a PostgreSQL database, which an environment variable holds.
///
/// # Errors
/// When it holds none. What is wrong with it is not told, as that would tell parts of it.
pub fn address(name: &str) -> Result<PgConnectOptions, String> {
    parsed(&secret::value(name)?).ok_or_else(|| {
        format!(
            "the environment variable `{name}` holds no address such as \
             `postgres://user:password@host:5432/orders`"
        )
    })
}

/// The address of a PostgreSQL database that a text is, if it is one.
pub fn parsed(text: &str) -> Option<PgConnectOptions> {
    let scheme = Url::parse(text).is_ok_and(|url| url.scheme().starts_with("postgres"));
    text.parse().ok().filter(|_| scheme)
}

/// The same address as the programs of PostgreSQL take it, from their environment.
///
/// # Errors
/// When there is none, or something in it that cannot be handed on so.
pub fn environment(name: &str) -> Result<Vec<(&'static str, String)>, String> {
    address(name)?;
    variables(&secret::value(name)?).map_err(|why| format!("the address in `{name}`: {why}"))
}

fn variables(address: &str) -> Result<Vec<(&'static str, String)>, String> {
    let url = Url::parse(address).map_err(|error| error.to_string())?;
    let host = url.host().map(|host| match host {
        Host::Ipv6(address) => address.to_string(),
        host => host.to_string(),
    });
    let parts = [
        ("host", host),
        ("port", url.port().map(|port| port.to_string())),
        ("user", Some(url.username().to_owned())),
        ("password", url.password().map(str::to_owned)),
        (
            "dbname",
            Some(url.path().trim_start_matches('/').to_owned()),
        ),
    ];
    let parts = parts.into_iter().filter_map(|(key, part)| {
        let part = percent_decode_str(&part?).decode_utf8_lossy().into_owned();
        (!part.is_empty()).then(|| (key.into(), part))
    });
    let more = url
        .query_pairs()
        .map(|(key, value)| (key, value.into_owned()));
    let known = |(key, value): (Cow<'_, str>, String)| {
        let known = LIBPQ.iter().find(|(parameter, _)| *parameter == key);
        let (_, variable) = known.ok_or_else(|| format!("`{key}` cannot be handed on"))?;
        Ok((*variable, value))
    };
    parts.chain(more).map(known).collect()
}

/// What must not be told of it: the address, and the password in it as it is written and as it is
/// meant.
pub fn secrets(name: &str) -> Vec<String> {
    let mut secrets = secret::values([name]);
    let url = secrets.first().and_then(|value| Url::parse(value).ok());
    if let Some(password) = url.as_ref().and_then(Url::password) {
        let meant = percent_decode_str(password).decode_utf8_lossy();
        secrets.extend([meant.into_owned(), password.to_owned()]);
    }
    secrets
}

/// Asks PostgreSQL in a transaction that cannot write. The server itself gives a question up that
/// takes too long, as it does not notice that nobody waits any more.
///
/// # Errors
/// What the server says when it cannot answer, or that there is none.
pub async fn postgres(
    address: PgConnectOptions,
    query: &str,
    timeout: Duration,
) -> sqlx::Result<Option<String>> {
    let millis = timeout.as_seconds().saturating_mul(1_000).min(MILLIS_MAX);
    let options = [
        ("default_transaction_read_only", "on".to_owned()),
        ("statement_timeout", millis.to_string()),
    ];
    let mut connection = PgConnection::connect_with(&address.options(options)).await?;
    connection.execute("BEGIN READ ONLY").await?;
    // Only one statement can be prepared: none can end the transaction and go on outside of it.
    let one = AssertSqlSafe(query).into_sql_str();
    (&mut connection).prepare(one.clone()).await?;
    // Not the prepared one is asked, as that answers in the server's own form and not in text.
    let row = sqlx::raw_sql(one).fetch_optional(&mut connection).await?;
    let answer = row.as_ref().map(first_of_postgres).transpose()?;
    connection.close().await?;
    Ok(answer)
}

fn first_of_postgres(row: &PgRow) -> sqlx::Result<String> {
    let value = row.try_get_raw(0)?;
    if value.is_null() {
        return Ok("null".to_owned());
    }
    value
        .as_str()
        .map(str::to_owned)
        .map_err(sqlx::Error::Decode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_handed_on_by_the_environment() {
        let of = |address: &str| {
            let variables = variables(address).expect("an address");
            let lines = variables
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            lines.collect::<Vec<_>>().join(" ")
        };
        let all = "postgres://me:p%40ss@db.example.com:5433/orders?sslmode=verify-full";
        assert_eq!(
            of(all),
            "PGHOST=db.example.com PGPORT=5433 PGUSER=me PGPASSWORD=p@ss PGDATABASE=orders \
             PGSSLMODE=verify-full"
        );
        assert_eq!(
            of("postgres://[::1]/orders"),
            "PGHOST=::1 PGDATABASE=orders"
        );
        let socket = "PGHOST=/run/pg PGDATABASE=orders";
        assert_eq!(of("postgres://%2Frun%2Fpg/orders"), socket);
        assert_eq!(
            of("postgres:///orders?host=/run/pg"),
            "PGDATABASE=orders PGHOST=/run/pg"
        );
        assert!(variables("postgres://db/orders?gssencmode=disable").is_err());
    }
}

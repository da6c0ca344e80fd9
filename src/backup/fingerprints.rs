//! What the tables of a PostgreSQL database hold, without telling it: how many rows, and a sum over
//! the hashes of all of them.
//!
//! The order of the rows does not count, so a dump and what was restored from it have the same. One
//! line for each table lies beside a dump, in a file with its name and `.fingerprints`:
//! `3000 -812349081234 public.orders`. What `pg_dump` does not dump has none: temporary and foreign
//! tables, and those of an extension.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use super::{Outcome, Trouble};

/// What is appended to the name of a dump for the file with its fingerprints.
pub const ENDING: &str = ".fingerprints";

/// How rows are written as text must be the same wherever they are hashed; and the transaction has
/// to last as long as the dump that is made meanwhile.
const SETTINGS: [(&str, &str); 11] = [
    ("bytea_output", "hex"),
    ("datestyle", "ISO"),
    ("extra_float_digits", "1"),
    ("idle_in_transaction_session_timeout", "0"),
    ("intervalstyle", "postgres"),
    ("lc_monetary", "C"),
    ("quote_all_identifiers", "off"),
    ("row_security", "off"),
    ("search_path", "pg_catalog"),
    ("statement_timeout", "0"),
    ("timezone", "UTC"),
];

/// Every table that a dump holds, quoted as SQL wants it.
const TABLES: &str = "select format('%I.%I', n.nspname, c.relname) from pg_class c \
    join pg_namespace n on n.oid = c.relnamespace \
    where c.relkind = 'r' and c.relpersistence <> 't' \
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') \
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass \
    and d.objid = c.oid and d.deptype = 'e') order by 1";

/// The text of a row as PostgreSQL itself writes it, whatever its columns and casts are called, by
/// its bytes in UTF-8; a database without an encoding has bytes only.
const ROW: &str = "encode(convert_to(textin(record_out(t.*)), case getdatabaseencoding() \
    when 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end), 'hex') collate \"C\"";

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// How many rows.
    pub rows: u64,
    /// The sum of their hashes, as PostgreSQL computes it.
    pub sum: String,
}

/// The tables of a database, each with what it holds.
pub type Fingerprints = BTreeMap<String, Fingerprint>;

/// The same address, asked so that rows are written as they are everywhere.
pub fn fixed(address: PgConnectOptions) -> PgConnectOptions {
    address.options(SETTINGS)
}

/// What all tables hold, as the transaction of a [`fixed`] connection sees them.
///
/// # Errors
/// What the server says when it cannot answer.
pub async fn take(connection: &mut PgConnection) -> sqlx::Result<Fingerprints> {
    let mut all = Fingerprints::new();
    for table in tables(connection).await? {
        // The name is quoted by the server itself.
        let question = format!(
            "select count(*), coalesce(sum(hashtextextended({ROW}, 0)), 0)::text \
             from only {table} t"
        );
        let row = sqlx::query(AssertSqlSafe(question));
        let row = row.fetch_one(&mut *connection).await?;
        let rows = u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default();
        let sum = row.try_get(1)?;
        all.insert(table, Fingerprint { rows, sum });
    }
    Ok(all)
}

/// Keeps tables as they are until the transaction ends, which must have looked at nothing yet: of
/// one that is emptied or altered after that nobody sees what was in it.
///
/// # Errors
/// As for [`take`], or when one of them is not there any more.
pub async fn hold(connection: &mut PgConnection, tables: &[String]) -> sqlx::Result<()> {
    if tables.is_empty() {
        return Ok(());
    }
    let only = tables.join(", only ");
    let lock = format!("lock table only {only} in access share mode");
    connection.execute(AssertSqlSafe(lock)).await.map(drop)
}

/// Every table that a dump holds.
///
/// # Errors
/// As for [`take`].
pub async fn tables(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    let tables = sqlx::query_scalar(TABLES);
    tables.fetch_all(connection).await
}

/// The file with the fingerprints of a dump.
pub fn beside(dump: &Path) -> PathBuf {
    let mut name = dump.as_os_str().to_owned();
    name.push(ENDING);
    name.into()
}

/// As they stand in a file.
pub fn text(all: &Fingerprints) -> String {
    let lines = all.iter();
    // A name may have line breaks in it.
    let name = |table: &str| table.replace('\\', r"\\").replace('\n', r"\n");
    let lines = lines.map(|(table, it)| format!("{} {} {}\n", it.rows, it.sum, name(table)));
    lines.collect()
}

/// Those that were written down; nothing where none were.
///
/// # Errors
/// Inconclusive, when what is there are none.
pub fn read(file: &Path) -> Outcome<Option<Fingerprints>> {
    let unusable = |why: &str| Trouble::Unclear(format!("`{}`: {why}", file.display()));
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| unusable(&error.to_string()))?,
    };
    let lines = text.lines().enumerate();
    let all: Outcome<Fingerprints> = lines
        .map(|(number, line)| {
            parsed(line).ok_or_else(|| {
                let number = number + 1;
                unusable(&format!(
                    "line {number} is no number of rows, a sum and a table"
                ))
            })
        })
        .collect();
    match all? {
        all if all.is_empty() => Err(unusable("there is nothing in it")),
        all => Ok(Some(all)),
    }
}

fn parsed(line: &str) -> Option<(String, Fingerprint)> {
    let mut words = line.splitn(3, ' ');
    let rows = words.next()?.parse().ok()?;
    let sum = words.next().filter(|sum| sum.parse::<i128>().is_ok())?;
    let table = words.next().filter(|table| !table.is_empty())?;
    let sum = sum.to_owned();
    Some((named(table)?, Fingerprint { rows, sum }))
}

/// The name of a table that is written with `\n` for a line break.
fn named(written: &str) -> Option<String> {
    let mut letters = written.chars();
    let mut name = String::new();
    while let Some(letter) = letters.next() {
        name.push(match letter {
            '\\' => match letters.next()? {
                'n' => '\n',
                '\\' => '\\',
                _ => return None,
            },
            letter => letter,
        });
    }
    Some(name)
}

/// What is not as it was written down, each as a sentence.
pub fn differences(then: &Fingerprints, now: &Fingerprints) -> Vec<String> {
    let of = |(table, then): (&String, &Fingerprint)| match now.get(table) {
        None => Some(format!("`{table}` is missing")),
        Some(now) if now.rows != then.rows => Some(format!(
            "`{table}` has {} rows, not {}",
            now.rows, then.rows
        )),
        Some(now) if now != then => Some(format!("`{table}` has other rows")),
        Some(_) => None,
    };
    let more = now.keys().filter(|table| !then.contains_key(*table));
    let more = more.map(|table| format!("`{table}` was not there"));
    then.iter().filter_map(of).chain(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: u64, sum: &str) -> Fingerprint {
        let sum = sum.to_owned();
        Fingerprint { rows, sum }
    }

    fn all(tables: &[(&str, u64, &str)]) -> Fingerprints {
        let tables = tables.iter();
        tables
            .map(|(table, rows, sum)| ((*table).to_owned(), of(*rows, sum)))
            .collect()
    }

    #[test]
    fn what_is_written_down_is_read_back_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = beside(&folder.path().join("a.dump"));
        assert_eq!(read(&file), Ok(None));
        let known = all(&[
            ("public.orders", 3, "-7"),
            ("public.\"two \\\n\\n words\"", 0, "0"),
        ]);
        fs::write(&file, text(&known)).expect("room");
        assert_eq!(read(&file), Ok(Some(known)));
        for bad in [
            "",
            "3 -7\n",
            "x 7 public.orders\n",
            "3 x public.orders\n",
            "\n",
        ] {
            fs::write(&file, bad).expect("room");
            assert!(matches!(read(&file), Err(Trouble::Unclear(_))), "{bad}");
        }
    }

    #[test]
    fn a_table_that_is_not_as_it_was_is_told() {
        let then = all(&[("a", 3, "7"), ("b", 3, "7"), ("c", 3, "7"), ("d", 3, "7")]);
        let now = all(&[("a", 3, "7"), ("b", 2, "7"), ("c", 3, "8"), ("e", 1, "1")]);
        let expected = [
            "`b` has 2 rows, not 3",
            "`c` has other rows",
            "`d` is missing",
            "`e` was not there",
        ];
        assert_eq!(differences(&then, &now), expected);
        assert_eq!(differences(&now, &now), [""; 0]);
    }
}

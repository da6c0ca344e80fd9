//! Where journals are kept.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::address::Address;
use crate::error::{Error, Result};

/// What the address of a database of PostgreSQL begins with.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Where journals are kept. Shown without the password.
#[derive(Clone)]
pub enum Place {
    /// In a file of SQLite in a state folder.
    Folder(PathBuf),
    /// In a database of PostgreSQL.
    Postgres(Box<Address>),
}

impl Place {
    /// Whether a text is meant as the address of a database.
    pub fn is_address(text: &str) -> bool {
        SCHEMES.iter().any(|scheme| text.starts_with(scheme))
    }

    /// Whether several machines may share what is kept there.
    pub fn is_shared(&self) -> bool {
        matches!(self, Place::Postgres(_))
    }
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if !Place::is_address(text) {
            return Ok(Place::Folder(text.into()));
        }
        // What is wrong with it is not told, as that would tell parts of it.
        let address = Address::parsed(text).ok_or_else(|| {
            Error::usage("read the address of the database").hint(
                "Write one such as `postgres://user@host:5432/mainstay`, or with several hosts, of \
                 which the one is used that can be written; the password can also stand in the \
                 file that `PGPASSFILE` names.",
            )
        })?;
        Ok(Place::Postgres(Box::new(address)))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder(folder) => write!(f, "{}", folder.display()),
            Place::Postgres(address) => write!(f, "{address}"),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_without_its_password() {
        let place: Place = "postgres://ada:xyzzy@db:5433/drills?sslmode=disable"
            .parse()
            .expect("an address");
        assert_eq!(place.to_string(), "postgres://ada@db:5433/drills");
        assert_eq!(format!("{place:?}"), "Place(postgres://ada@db:5433/drills)");
        let socket: Place = "postgres://ada:xyzzy@%2Frun%2Fpg/drills"
            .parse()
            .expect("one");
        assert_eq!(socket.to_string(), "postgres://ada@/run/pg/drills");
        for bad in ["postgres://ada:xyzzy@db:port/x", "postgresql://[xyzzy"] {
            let error = bad.parse::<Place>().expect_err("it is none");
            assert!(!format!("{error:?}").contains("xyzzy"), "{error:?}");
        }
    }
}

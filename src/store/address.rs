//! The address of a database of PostgreSQL, which may name several servers: of those the one that
//! can be written is meant, whichever that is at the moment.

use std::fmt;

use sqlx::postgres::PgConnectOptions;

use crate::question;

/// By which servers that can be written are asked for, as in other programs.
const ATTRIBUTES: &str = "target_session_attrs";
/// What may be asked for so: nothing else can be written.
const WRITABLE: [&str; 2] = ["read-write", "primary"];

/// The address of a database. It is shown without its password.
#[derive(Clone)]
pub struct Address {
    servers: Vec<PgConnectOptions>,
    writable: bool,
}

impl Address {
    /// The address that a text is, if it is one.
    pub fn parsed(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (user, hosts) = match authority.rsplit_once('@') {
            Some((user, hosts)) => (format!("{user}@"), hosts),
            None => (String::new(), authority),
        };
        let (rest, asked) = without_attributes(rest)?;
        let each = hosts.split(',');
        let servers: Option<Vec<PgConnectOptions>> = each
            .map(|host| question::parsed(&format!("{scheme}://{user}{host}{rest}")))
            .collect();
        let servers = servers?;
        let writable = asked || servers.len() > 1;
        Some(Address { servers, writable })
    }

    /// Every server that may be the one.
    pub fn servers(&self) -> &[PgConnectOptions] {
        &self.servers
    }

    /// Whether only a server will do that can be written.
    pub fn must_be_writable(&self) -> bool {
        self.writable
    }
}

/// The rest of an address without what is no business of a single server, and whether that was
/// there; nothing, where it asks for something else.
fn without_attributes(rest: &str) -> Option<(String, bool)> {
    let Some((path, query)) = rest.split_once('?') else {
        return Some((rest.to_owned(), false));
    };
    let mut kept = Vec::new();
    let mut asked = false;
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some((ATTRIBUTES, value)) if WRITABLE.contains(&value) => asked = true,
            Some((ATTRIBUTES, _)) => return None,
            _ => kept.push(pair),
        }
    }
    Some((format!("{path}?{}", kept.join("&")), asked))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.servers.first() else {
            return Ok(());
        };
        write!(f, "postgres://{}@", first.get_username())?;
        for (number, server) in self.servers.iter().enumerate() {
            if number > 0 {
                write!(f, ",")?;
            }
            match server.get_socket() {
                Some(socket) => write!(f, "{}", socket.display())?,
                None => write!(f, "{}:{}", server.get_host(), server.get_port())?,
            }
        }
        let database = first.get_database();
        write!(f, "/{}", database.unwrap_or(first.get_username()))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<(String, bool)> {
        let address = Address::parsed(text)?;
        assert!(!address.to_string().contains("xyzzy"), "{address}");
        Some((address.to_string(), address.must_be_writable()))
    }

    #[test]
    fn several_servers_are_one_address() {
        let both = "postgres://ada@one:5432,two:5433/drills".to_owned();
        for more in [
            "?sslmode=disable",
            "?target_session_attrs=read-write&sslmode=disable",
            "?sslmode=disable&target_session_attrs=primary",
            "",
        ] {
            let text = format!("postgres://ada:xyzzy@one,two:5433/drills{more}");
            assert_eq!(shown(&text), Some((both.clone(), true)), "{text}");
        }
        let one = "postgres://ada:xyzzy@one/drills";
        let of_one = "postgres://ada@one:5432/drills".to_owned();
        assert_eq!(shown(one), Some((of_one.clone(), false)));
        let asked = format!("{one}?target_session_attrs=read-write");
        assert_eq!(shown(&asked), Some((of_one, true)));
        let six = "postgres://ada@[::1]:5432,[::2]:5433/drills";
        assert_eq!(
            Address::parsed(six).map(|it| it.servers().len()),
            Some(2),
            "{six}"
        );
    }

    #[test]
    fn what_asks_for_a_server_that_cannot_be_written_is_no_address() {
        for text in [
            "postgres://one,two/x?target_session_attrs=standby",
            "postgres://one,two/x?target_session_attrs=any",
            "postgres://one,two:port/x",
            "mysql://one,two/x",
            "one,two",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}

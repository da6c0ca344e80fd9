//! What a job tells by the address it asks for.

use hyper::StatusCode;

use crate::model::Uuid;
use crate::proof::PingKind;

/// What a job tells by the address it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The backup it makes says that it has this one.
    pub uuid: Uuid,
    /// What it tells.
    pub kind: PingKind,
    /// Which run of it.
    pub rid: Option<Uuid>,
}

/// Why an address tells nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing of that name.
    NotFound,
    /// It is not of the form of a ping.
    Form,
    /// The run is not named by a UUID.
    Rid,
}

impl Refusal {
    /// As healthchecks.io answers.
    pub fn status(self) -> StatusCode {
        match self {
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::Form | Refusal::Rid => StatusCode::BAD_REQUEST,
        }
    }

    /// The same in words.
    pub fn words(self) -> &'static str {
        match self {
            Refusal::NotFound => "not found",
            Refusal::Form => "invalid url format",
            Refusal::Rid => "invalid uuid format",
        }
    }
}

/// What is told by a path, with `/ping` at its beginning or without, and what follows the `?`.
///
/// # Errors
/// When that is nothing.
pub fn told(path: &str, query: Option<&str>) -> Result<Told, Refusal> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_prefix("ping/").unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let (uuid, rest) = path.split_once('/').unwrap_or((path, ""));
    let uuid = uuid.parse().map_err(|_| Refusal::Form)?;
    let kind = match rest {
        "" => PingKind::Success,
        "start" => PingKind::Start,
        "fail" => PingKind::Fail,
        "log" => PingKind::Log,
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            PingKind::Exit(number.parse().map_err(|_| Refusal::Form)?)
        }
        _ => return Err(Refusal::NotFound),
    };
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut rids = pairs.filter(|(key, _)| key == "rid");
    let rid = rids.next().map(|(_, rid)| rid.parse());
    let rid = rid.transpose().map_err(|_: String| Refusal::Rid)?;
    Ok(Told { uuid, kind, rid })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278";

    #[track_caller]
    fn check(path: &str, expected: Result<PingKind, Refusal>) {
        let path = path.replace("UUID", UUID);
        let (path, query) = path
            .split_once('?')
            .map_or((path.as_str(), None), |(path, query)| (path, Some(query)));
        let told = told(path, query);
        assert_eq!(told.map(|told| told.kind), expected, "{path}");
    }

    #[test]
    fn every_form_of_a_ping_is_understood() {
        use PingKind::*;
        check("/ping/UUID", Ok(Success));
        check("/UUID", Ok(Success));
        check("/ping/UUID/", Ok(Success));
        check("/ping/UUID/start?rid=UUID", Ok(Start));
        check("/UUID/fail", Ok(Fail));
        check("/ping/UUID/log", Ok(Log));
        check("/ping/UUID/0", Ok(Exit(0)));
        check("/ping/UUID/255", Ok(Exit(255)));
        check("/ping/UUID?create=1&rid=UUID", Ok(Success));
    }

    #[test]
    fn everything_else_is_refused() {
        check("/", Err(Refusal::Form));
        check("/ping/", Err(Refusal::Form));
        check("/ping/orders", Err(Refusal::Form));
        check("/ping/UUID/256", Err(Refusal::Form));
        check("/ping/UUID/+1", Err(Refusal::NotFound));
        check("/ping/UUID/start/now", Err(Refusal::NotFound));
        check("/ping/UUID?rid=7", Err(Refusal::Rid));
        check("/ping/UUID?rid=", Err(Refusal::Rid));
        check("/ping/ping/UUID", Err(Refusal::Form));
    }
}

//! A web service that is asked.

use super::{Stated, expecting};
use crate::model::{plain, words};
use crate::time::Duration;

plain! {
    /// A web service that is asked. Without any expectation every status of 200 to 299 will do.
    pub struct Http {
        /// The address, such as `https://shop.example/health`. `${NAME}` in it stands for an
        /// environment variable, whose value is never written anywhere.
        pub url: String,
        /// What is asked for. `get`, when left out.
        #[serde(default)]
        pub method: Method,
        /// What is sent along, header by header.
        #[serde(default)]
        pub headers: Vec<Header>,
        /// What is sent, if anything.
        pub body: Option<String>,
        /// The statuses that count as success.
        #[serde(default)]
        pub status: Vec<u16>,
        /// A text that must be in the answer.
        pub contains: Option<String>,
        /// Values that must be in the answer, which must be JSON then.
        #[serde(default)]
        pub json: Vec<JsonValue>,
        /// How long the answer may take at most.
        pub within: Option<Duration>,
    }

    /// A header that is sent along.
    pub struct Header {
        /// Its name.
        pub name: String,
        /// Its value. `${NAME}` in it stands for an environment variable.
        pub value: String,
    }

    /// A value that must be in an answer.
    pub struct JsonValue {
        /// Where, as a JSON pointer (RFC 6901) such as `/items/0/state`.
        pub at: String,
        /// What must be there, as text.
        pub is: String,
    }
}

words! {
    /// What is asked of a web service.
    #[derive(Default)]
    pub enum Method {
        /// Show something.
        #[default]
        Get = "GET",
        /// Say whether it is there.
        Head = "HEAD",
        /// Take something in.
        Post = "POST",
        /// Put something in its place.
        Put = "PUT",
        /// Change a part of something.
        Patch = "PATCH",
        /// Remove something.
        Delete = "DELETE",
    }
}

impl Stated for Http {
    fn only_looks(&self) -> bool {
        matches!(self.method, Method::Get | Method::Head)
    }

    fn line(&self) -> String {
        let (method, url) = (self.method.word(), &self.url);
        let body = match &self.body {
            Some(body) => format!(" with {body}"),
            None => String::new(),
        };
        let statuses = self.status.iter().map(u16::to_string);
        let statuses = statuses.collect::<Vec<_>>().join(" or ");
        let status = Some(format!("status {statuses}")).filter(|_| !self.status.is_empty());
        let contains = self.contains.as_ref().map(|text| format!("“{text}”"));
        let json = self
            .json
            .iter()
            .map(|json| format!("{} = {}", json.at, json.is));
        let within = self
            .within
            .map(|within| format!("an answer within {}", within.words()));
        let expected = status.into_iter().chain(contains).chain(json).chain(within);
        expecting(format!("{method} {url}{body}"), expected.collect())
    }
}

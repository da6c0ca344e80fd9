//! `/calendar.ics`: what is planned, as a calendar to which other programs subscribe.

use hyper::header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use hyper::{Response, StatusCode};

use crate::daemon::{Feed, Health};
use crate::serve::{Answer, text, typed};

/// The calendar, unless whoever asks has it. While not all plans could be read there is none: what
/// is missing in it would be taken for what is not planned any more.
pub fn page(health: &Health, headers: &HeaderMap) -> Answer {
    let Some(feed) = &health.feed else {
        let why = "not all plans could be read yet\n";
        return text(StatusCode::SERVICE_UNAVAILABLE, why);
    };
    let mut answer = match has(feed, headers) {
        false => typed(
            StatusCode::OK,
            "text/calendar; charset=utf-8",
            feed.text.clone(),
        ),
        true => {
            let mut answer = Response::new(Default::default());
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            answer
        }
    };
    let own = answer.headers_mut();
    // It may be kept by whoever asks each time whether it still counts.
    own.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    own.extend(HeaderValue::try_from(&feed.tag).map(|tag| (ETAG, tag)));
    answer
}

/// Whether whoever asks has what would be answered.
fn has(feed: &Feed, headers: &HeaderMap) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let own = opaque(&feed.tag);
    let stated = headers.get_all(IF_NONE_MATCH).iter();
    let mut tags = stated
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    tags.any(|tag| tag.trim() == "*" || opaque(tag) == own)
}
